import Images

/// Images of a world as labelled data.
extension World {
  /// The images of some indices, in that order, with labels, class names and the truth as columns.
  ///
  /// The columns are `class`, `shape`, `texture`, `colour`, `background`, `mark`, `frame` and `twig` (`yes` or `no`),
  /// `group` (``WorldGroup``), a column for every ``WorldQuantity``, and `index`: the same as in the `labels.csv` of a
  /// folder that the command `world` wrote, where the images' names are those given here.
  /// - Throws: ``InputErrors/InputError`` (data) when there are no indices, or as ``Preprocessing`` when a crop does not
  ///   fit.
  public func labeledImages(
    _ indices: some Sequence<Int>, preprocessing: Preprocessing = World.preprocessing
  ) throws -> LabeledImages {
    try labeled(indices.map { image(at: $0) }, preprocessing: preprocessing)
  }

  /// The images of any scenes; labels are those that the scenes were drawn for.
  ///
  /// - Throws: as ``labeledImages(_:preprocessing:)``.
  public func labeledImages(
    of scenes: some Sequence<WorldScene>, preprocessing: Preprocessing = World.preprocessing
  ) throws -> LabeledImages {
    try labeled(scenes.map { image(of: $0) }, preprocessing: preprocessing)
  }

  /// The same for images that are drawn already.
  ///
  /// - Throws: as ``labeledImages(_:preprocessing:)``.
  public func labeled(
    _ images: [WorldImage], preprocessing: Preprocessing = World.preprocessing
  ) throws -> LabeledImages {
    try LabeledImages(
      images: images.map(\.picture), labels: images.map(\.scene.label), classNames: classNames,
      names: images.map { name(of: $0.scene) },
      columns: [(name: "label", texts: images.map { String($0.scene.label) })]
        + WorldColumn.all.map { column in (name: column.name, texts: images.map { column.text(of: $0, in: self) }) },
      preprocessing: preprocessing)
  }

  /// The file of an image below the folder that the command `world` writes: `0_zebra/000012.png`.
  public func name(of scene: WorldScene) -> String {
    "\(folderName(of: scene.label))/\(Self.padded(scene.index, digits: 6)).png"
  }

  /// The folder of a class: its label, with as many digits as the largest has, and its name.
  public func folderName(of label: Int) -> String {
    let digits = String(configuration.classes.count - 1).count
    return "\(Self.padded(label, digits: digits))_\(configuration.classes[label].name)"
  }

  private static func padded(_ number: Int, digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
