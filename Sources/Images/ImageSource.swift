import InputErrors

/// Where labelled images come from: a folder, a list or an array file, with the files beside it.
///
/// A folder has one sub-folder a class; `.csv` is a list of files; `.npy` and `.npz` are NumPy's; `.bin` is CIFAR-10's
/// binary form; IDX files, plain or gzip, are known by their first bytes.
public struct ImageSource: Sendable, Hashable, Codable {
  /// The folder or file, as the user named it.
  public var path: String
  /// The labels' file, for forms that hold none: IDX and NumPy.
  public var labels: String?
  /// The class names' file; see ``ClassNames``.
  public var classes: String?

  public init(path: String, labels: String? = nil, classes: String? = nil) {
    self.path = path
    self.labels = labels
    self.classes = classes
  }

  /// Reads what there is to read before decoding.
  ///
  /// - Parameter folderCount: how many sub-folders make the classes when nothing says which class each one is; nil when
  ///   any number does.
  func collection(ignoresLabels: Bool, folderCount: Int? = nil) throws -> ImageCollection {
    let classNames = try classes.map { try ClassNames(file: $0) }
    guard let kind = FileKind(path: path) else {
      throw InputError(.noInput, "the images do not exist", at: .init(file: path))
    }
    if kind == .folder {
      try refuseLabelsFile(of: "a folder of images")
      return try ImageFolder.collection(
        folder: path, classes: classNames, ignoresLabels: ignoresLabels, folderCount: folderCount)
    }
    let name = path.lowercased()
    if name.hasSuffix(".csv") {
      try refuseLabelsFile(of: "a CSV list")
      return try ImageList.collection(file: path, classes: classNames, ignoresLabels: ignoresLabels)
    }
    var collection: ImageCollection
    if name.hasSuffix(".bin") {
      try refuseLabelsFile(of: "CIFAR-10's binary form")
      collection = try CIFAR10Binary.collection(file: path)
    } else if name.hasSuffix(".npy") || name.hasSuffix(".npz") {
      collection = try NumPyImages.collection(file: path, labelsFile: labels, ignoresLabels: ignoresLabels)
    } else if name.hasSuffix(".gz") || name.contains("idx3") || name.hasSuffix(".idx") {
      collection = try IDXDataset.collection(file: path, labelsFile: labels, ignoresLabels: ignoresLabels)
    } else {
      throw InputError(
        .usage, "the images are in no known form", at: .init(file: path),
        expected: "a folder, .csv, .npy, .npz, .bin (CIFAR-10) or IDX (idx3, .gz)")
    }
    if let classNames { collection.classNames = classNames.names }
    return collection
  }

  private func refuseLabelsFile(of what: String) throws {
    guard let labels else { return }
    throw InputError(
      .usage, "\(what) has its own labels", at: .init(file: path, key: "labels"), found: "'\(labels)' as well")
  }
}
