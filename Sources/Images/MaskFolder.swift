import InputErrors

/// A folder with a PNG for each image that says something about every pixel, in the images' geometry.
///
/// The mask of `zebra/01.jpg` is `zebra/01.png` in the folder, or `01.png` where that does not exist. It has the size
/// that the image had before preprocessing, and becomes what the preprocessing makes of it.
public struct MaskFolder: Sendable {
  public let path: String
  private let images: LabeledImages
  /// The mask of each image.
  private let files: [String]

  /// Finds the masks; none is read yet.
  ///
  /// - Throws: ``InputError`` (noInput) when the folder or an image's mask does not exist, naming image and file; (data)
  ///   when two images would have one mask.
  public init(path: String, images: LabeledImages) throws(InputError) {
    guard FileKind(path: path) == .folder else {
      throw InputError(.noInput, "the folder of masks does not exist", at: .init(file: path))
    }
    var files: [String] = [], owners: [String: String] = [:]
    for name in images.names {
      let stem = Self.withoutExtension(name)
      let candidates = ["\(path)/\(stem).png", "\(path)/\(FileNames.last(of: stem)).png"]
      guard let file = candidates.first(where: { FileKind(path: $0) == .file }) else {
        let places = candidates[0] == candidates[1] ? [candidates[0]] : candidates
        throw InputError(
          .noInput, "the image has no mask", at: .init(file: name), expected: places.joined(separator: " or "))
      }
      if let owner = owners.updateValue(name, forKey: file), owner != name {
        throw InputError(
          .data, "two images have the same mask", at: .init(file: file), found: "'\(owner)' and '\(name)'",
          hint: "put the masks into the images' sub-folders")
      }
      files.append(file)
    }
    self.path = path
    self.images = images
    self.files = files
  }

  /// The sub-folders of a folder, in byte order of their names: its regions, where each holds the masks of one.
  ///
  /// - Throws: ``InputError`` (noInput) when the folder cannot be read.
  public static func regions(in path: String) throws -> [String] { try ImageFolder.entries(of: path).folders }

  /// The index of every pixel that the network sees of an image.
  ///
  /// - Throws: ``InputError`` (noInput, data) naming the mask when it cannot be read, holds no indices
  ///   (``ImageDecoder/indices(_:file:)``) or differs from the image in size.
  /// - Precondition: there is such an image.
  public func indices(ofImage index: Int) throws -> Image {
    let picture = try ImageDecoder.indices(file: files[index])
    try requireSize(of: picture, image: index)
    return try fitted(try images.preprocessing.indices(picture, file: files[index]), image: index)
  }

  /// The coverage of every pixel that the network sees of an image, 0…255.
  ///
  /// - Throws: ``InputError`` (noInput, data) naming the mask when it cannot be read, has colours, or differs from the image
  ///   in size.
  /// - Precondition: there is such an image.
  public func coverage(ofImage index: Int) throws -> Image {
    let picture = try ImageDecoder.decode(file: files[index])
    guard picture.colour == .grey else {
      throw InputError(
        .data, "the mask has colours", at: .init(file: files[index]), expected: "a grey picture",
        hint: "a picture of indices needs the list of their names")
    }
    try requireSize(of: picture, image: index)
    return try fitted(try images.preprocessing.coverage(picture, file: files[index]), image: index)
  }

  private func requireSize(of picture: Image, image: Int) throws(InputError) {
    let found = Preprocessing.Size(width: picture.width, height: picture.height)
    guard let expected = images.sourceSizes[image], expected != found else { return }
    throw InputError(
      .data, "the mask differs from its image in size", at: .init(file: files[image]),
      expected: "\(expected), as \(images.names[image])", found: "\(found)")
  }

  private func fitted(_ mask: Image, image: Int) throws(InputError) -> Image {
    guard mask.width == images.shape.width, mask.height == images.shape.height else {
      throw InputError(
        .data, "the mask differs from its image in size", at: .init(file: files[image]),
        expected: "\(images.shape.width)x\(images.shape.height), as \(images.names[image])",
        found: "\(mask.width)x\(mask.height)")
    }
    return mask
  }

  private static func withoutExtension(_ name: String) -> String {
    guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else { return name }
    return String(name[..<dot])
  }
}
