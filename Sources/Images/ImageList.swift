import InputErrors

/// A CSV list of image files with labels.
///
/// The header names the columns: files in `file`, `filename`, `path`, `image` or `image_path`; labels in `label`,
/// `imagenet_index`, `class_index`, `target`, `class` or `class_name`, the first of these that is there. A label is an
/// index, or a name when class names are given. Files are relative to the list's folder, or else to the folder above.
/// All columns but the files' are kept as texts.
enum ImageList {
  private static let fileColumns = ["file", "filename", "path", "image", "image_path"]
  private static let labelColumns = ["label", "imagenet_index", "class_index", "target", "class", "class_name"]

  /// - Parameter ignoresLabels: no label is needed; every image gets 0.
  /// - Throws: ``InputError`` (data) with the line when the list cannot be read, a column is missing or a label is
  ///   neither index nor class; (noInput) when a file is in neither folder.
  static func collection(file: String, classes: ClassNames?, ignoresLabels: Bool) throws -> ImageCollection {
    let table = try CommaSeparatedValues(FileBytes.read(file), file: file)
    let fileColumn = try column(of: fileColumns, what: "files", in: table, file: file)
    let labelColumn = ignoresLabels ? nil : try column(of: labelColumns, what: "labels", in: table, file: file)
    guard !table.rows.isEmpty else {
      throw InputError(.noInput, "the list names no image", at: .init(file: file))
    }

    let folder = parent(of: file)
    let above = folder == "." ? ".." : folder + "/.."
    var paths: [String] = []
    var labels: [Int] = []
    for (row, line) in zip(table.rows, table.lines) {
      let place = InputError.Place(file: file, line: line)
      paths.append(try path(of: row[fileColumn], below: [folder, above], at: place))
      labels.append(try labelColumn.map { try label(row[$0], classes: classes, at: place) } ?? 0)
    }
    var columns: [String: [String]] = [:]
    var columnNames: [String] = []
    for (index, name) in table.header.enumerated() where index != fileColumn {
      columnNames.append(name)
      columns[name] = table.rows.map { $0[index] }
    }
    return ImageCollection(
      names: table.rows.map { $0[fileColumn] }, labels: labels, classNames: classes?.names ?? [],
      columnNames: columnNames, columns: columns, content: .files(paths))
  }

  private static func column(of names: [String], what: String, in table: CommaSeparatedValues, file: String) throws
    -> Int
  {
    let header = table.header.map { $0.lowercased() }
    for name in names {
      if let index = header.firstIndex(of: name) { return index }
    }
    throw InputError(
      .data, "the list has no column of \(what)", at: .init(file: file, line: 1),
      expected: "a header row with \(names.joined(separator: ", "))",
      found: table.header.joined(separator: ","))
  }

  private static func label(_ text: String, classes: ClassNames?, at place: InputError.Place) throws -> Int {
    if let label = Int(text) { return label }
    guard !text.isEmpty else { throw InputError(.data, "the image has no label", at: place) }
    guard let classes else {
      throw InputError(
        .data, "the label is no index", at: place, found: "'\(text)'", hint: "give the class names with --classes")
    }
    return try classes.label(of: text, at: place)
  }

  private static func path(of name: String, below folders: [String], at place: InputError.Place) throws -> String {
    guard !name.isEmpty else { throw InputError(.data, "the row names no file", at: place) }
    let candidates = name.hasPrefix("/") ? [name] : folders.map { $0 + "/" + name }
    for candidate in candidates where FileKind(path: candidate) != nil { return candidate }
    throw InputError(
      .noInput, "the image does not exist", at: place, expected: candidates.joined(separator: " or "))
  }

  private static func parent(of file: String) -> String {
    guard let slash = file.lastIndex(of: "/") else { return "." }
    return slash == file.startIndex ? "/" : String(file[..<slash])
  }
}
