import InputErrors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder with one sub-folder a class, holding JPEG and PNG files.
///
/// Sub-folders and files are taken in byte order of their names. A sub-folder named `12` or `12_name` is class 12;
/// otherwise its name is looked up among the class names, or, without those, its rank is the label. Hidden entries and
/// deeper folders are passed over; other files are passed over and counted.
enum ImageFolder {
  /// - Parameter ignoresLabels: no label is needed: every image gets 0, and images directly in the folder count as well.
  /// - Throws: ``InputError`` (noInput) when the folder cannot be read or holds no image; (data) when two sub-folders
  ///   stand for one class, some are numbered and some not, or a name is no class.
  ///   Also when names are neither numbered nor classes and their number is not `folderCount`: their ranks would be
  ///   labels of other classes.
  static func collection(
    folder: String, classes: ClassNames?, ignoresLabels: Bool, folderCount: Int? = nil
  ) throws -> ImageCollection {
    let top = try entries(of: folder)
    var ignored = top.files.filter { !ImageDecoder.isImageName($0) }.count
    let loose = top.files.filter { ImageDecoder.isImageName($0) }
    let labels =
      ignoresLabels
      ? [Int](repeating: 0, count: top.folders.count)
      : try self.labels(of: top.folders, classes: classes, folder: folder, folderCount)

    var names: [String] = []
    var imageLabels: [Int] = []
    if ignoresLabels {
      names = loose
      imageLabels = loose.map { _ in 0 }
    } else {
      ignored += loose.count
    }
    for (subfolder, label) in zip(top.folders, labels) {
      let inside = try entries(of: folder + "/" + subfolder).files
      let images = inside.filter { ImageDecoder.isImageName($0) }
      ignored += inside.count - images.count
      names += images.map { subfolder + "/" + $0 }
      imageLabels += images.map { _ in label }
    }
    guard !names.isEmpty else {
      throw InputError(
        .noInput, "the folder holds no images", at: .init(file: folder),
        expected: "one sub-folder a class with JPEG or PNG files",
        found: loose.isEmpty ? nil : "\(loose.count) outside any sub-folder")
    }
    return ImageCollection(
      names: names, labels: imageLabels,
      classNames: ignoresLabels ? [] : classes?.names ?? classNames(of: top.folders, labels: labels),
      content: .files(names.map { folder + "/" + $0 }), ignoredFileCount: ignored)
  }

  static func entries(of folder: String) throws -> (folders: [String], files: [String]) {
    let listed: [String]
    do {
      listed = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw InputError(.noInput, "the folder cannot be read", at: .init(file: folder))
    }
    let names = listed.filter { !$0.hasPrefix(".") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var folders: [String] = []
    var files: [String] = []
    for name in names {
      if FileKind(path: folder + "/" + name) == .folder { folders.append(name) } else { files.append(name) }
    }
    return (folders, files)
  }

  private static func labels(
    of subfolders: [String], classes: ClassNames?, folder: String, _ folderCount: Int?
  ) throws -> [Int] {
    let numbers = subfolders.map { number(of: $0) }
    if let unnumbered = numbers.firstIndex(of: nil), numbers.contains(where: { $0 != nil }) {
      throw InputError(
        .data, "some sub-folders begin with the number of their class and some do not", at: .init(file: folder),
        found: "'\(subfolders[unnumbered])'")
    }
    if let folderCount, classes == nil, !subfolders.isEmpty, numbers.allSatisfy({ $0 == nil }),
      subfolders.count != folderCount
    {
      throw InputError(
        .data, "nothing says which class each sub-folder is, and there is not one for each of the model's outputs",
        at: .init(file: folder), expected: "\(folderCount) sub-folders, or names that begin with the class's number",
        found: "\(subfolders.count) such as '\(subfolders[0])'", hint: "give the classes' names with --classes FILE")
    }
    let labels = try subfolders.enumerated().map { rank, name in
      if let number = numbers[rank] { return number }
      return try classes?.label(of: name, at: .init(file: folder + "/" + name)) ?? rank
    }
    var owners: [Int: String] = [:]
    for (name, label) in zip(subfolders, labels) {
      if let other = owners.updateValue(name, forKey: label) {
        throw InputError(
          .data, "two sub-folders stand for class \(label)", at: .init(file: folder), found: "'\(other)' and '\(name)'")
      }
      if let classes, label >= classes.count {
        throw InputError(
          .data, "the label is outside the classes", at: .init(file: folder + "/" + name),
          expected: "0…\(classes.count - 1)", found: "\(label)")
      }
    }
    return labels
  }

  /// The number that a name begins with when nothing or `_` follows it.
  private static func number(of name: String) -> Int? {
    let digits = name.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let rest = name.utf8.dropFirst(digits.count)
    guard rest.isEmpty || rest.first == UInt8(ascii: "_") else { return nil }
    // More digits than any list of classes needs are a name, such as a date or a hash.
    return digits.count <= 9 ? Int(String(decoding: digits, as: UTF8.self)) : nil
  }

  /// Names by label; a label without a sub-folder is named by its number. Empty when labels reach too high for a list.
  private static func classNames(of subfolders: [String], labels: [Int]) -> [String] {
    guard let highest = labels.max(), highest < 100_000 else { return [] }
    var names = (0...highest).map(String.init)
    for (subfolder, label) in zip(subfolders, labels) {
      let name = number(of: subfolder) == nil ? subfolder[...] : subfolder.drop { $0 != "_" }.dropFirst()
      if !name.isEmpty { names[label] = String(name) }
    }
    return names
  }
}
