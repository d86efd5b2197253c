import Images
import InputErrors
import Testing

@Suite("Image folders and lists")
struct ImageFilesTests {
  private let folder: TemporaryFolder
  private let png: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    png = try PNGEncoder.encode(TestPictures.pattern(4, 3))
  }

  private func load(_ path: String = "", classes: String? = nil, ignoresLabels: Bool = false) async throws
    -> LoadedImages
  {
    var options = ImageLoadingOptions()
    options.ignoresLabels = ignoresLabels
    let source = ImageSource(
      path: folder.path + (path.isEmpty ? "" : "/" + path), classes: classes.map { folder.path + "/" + $0 })
    return try await ImageLoading.load(source, preprocessing: .none, options: options)
  }

  private func error(_ path: String = "", classes: String? = nil) async -> String {
    await message { _ = try await load(path, classes: classes) }.replacing(folder.path, with: "F")
  }

  private func message(_ body: () async throws -> Void) async -> String { await ImagesTests.message(ofLoading: body) }

  @Test("Sub-folders are classes by rank; hidden, deeper and other files do not count")
  func ranks() async throws {
    for name in ["cat/b.png", "cat/a.PNG", "Dog/x.png", "ant/1.png", ".hidden/x.png", "cat/deep/x.png", "ant/.x.png"] {
      try folder.write(png, to: name)
    }
    try folder.write("text", to: "cat/notes.txt")
    try folder.write(png, to: "loose.png")
    let loaded = try await load()
    #expect(loaded.images.names == ["Dog/x.png", "ant/1.png", "cat/a.PNG", "cat/b.png"])
    #expect(loaded.images.labels == [0, 1, 2, 2])
    #expect(loaded.images.classNames == ["Dog", "ant", "cat"])
    #expect(loaded.ignoredFileCount == 2)
    #expect(try await load(ignoresLabels: true).images.names.first == "loose.png")
  }

  @Test("Ranks are no labels of a model with another number of classes")
  func foreignFolders() async throws {
    for name in ["cat/a.png", "dog/a.png"] { try folder.write(png, to: name) }
    var options = ImageLoadingOptions()
    options.classCount = 10
    let text = await message {
      _ = try await ImageLoading.load(ImageSource(path: folder.path), preprocessing: .none, options: options)
    }
    #expect(text.contains("expected 10 sub-folders") && text.contains("found 2 such as 'cat'"), "\(text)")
    options.classCount = 2
    let two = try await ImageLoading.load(ImageSource(path: folder.path), preprocessing: .none, options: options)
    #expect(two.images.labels == [0, 1])
  }

  @Test("Sub-folders that begin with a number are that class")
  func numbers() async throws {
    for name in ["0002_two/a.png", "10/a.png", "1_one/a.png"] { try folder.write(png, to: name) }
    let images = try await load().images
    #expect(images.names == ["0002_two/a.png", "10/a.png", "1_one/a.png"])
    #expect(images.labels == [2, 10, 1])
    #expect(images.className(of: 1) == "one" && images.className(of: 2) == "two" && images.className(of: 5) == "5")
    try folder.write(png, to: "02_zwei/a.png")
    #expect(await error() == "F: two sub-folders stand for class 2 (found '0002_two' and '02_zwei')")
    try folder.write(png, to: "02_zwei/../plain/a.png")
    #expect(
      await error()
        == "F: some sub-folders begin with the number of their class and some do not (found 'plain')")
  }

  @Test("Class names come from text, ImageNet's table or JSON, and sub-folders must match them")
  func classes() async throws {
    try folder.write(png, to: "i/dog/a.png")
    try folder.write("bird\ncat\ndog\n\n", to: "names.txt")
    try folder.write("0\tn01\tbird\n1\tn02\tdog\n2\tn03\tcrane\n3\tn04\tcrane\n", to: "synsets.txt")
    try folder.write(#"["bird", "dog"]"#, to: "array.json")
    try folder.write(#"{"0": ["n01", "bird"], "1": ["n02", "dog"]}"#, to: "pairs.json")
    try folder.write(#"{"bird": 1, "dog": 0}"#, to: "byName.json")
    try folder.write(#"{"bird": 1, "dog": 3}"#, to: "gaps.json")
    #expect(try await load("i", classes: "names.txt").images.labels == [2])
    #expect(try await load("i", classes: "synsets.txt").images.labels == [1])
    #expect(try await load("i", classes: "array.json").images.labels == [1])
    #expect(try await load("i", classes: "pairs.json").images.classNames == ["bird", "dog"])
    #expect(try await load("i", classes: "byName.json").images.labels == [0])
    #expect(
      await error("i", classes: "gaps.json")
        == "F/gaps.json: the class indices have gaps (expected an array of names, {\"0\": \"name\", …} or "
        + "{\"name\": 0, …} with every index from 0)")
    try folder.write(png, to: "i/caat/a.png")
    #expect(
      await error("i", classes: "names.txt")
        == "F/i/caat: there is no class of that name (found 'caat'); did you mean 'cat'?")
    try folder.write(png, to: "j/crane/a.png")
    #expect(
      await error("j", classes: "synsets.txt")
        == "F/j/crane: several classes have that name (found 'crane'); give the index or an identifier: classes 2, 3")
    try folder.write(png, to: "k/7_dog/a.png")
    #expect(
      await error("k", classes: "array.json")
        == "F/k/7_dog: the label is outside the classes (expected 0…1, found 7)")
  }

  @Test("A folder without images says so")
  func empty() async throws {
    #expect(
      await error()
        == "F: the folder holds no images (expected one sub-folder a class with JPEG or PNG files)")
    try folder.write(png, to: "a.png")
    #expect(
      await error()
        == "F: the folder holds no images (expected one sub-folder a class with JPEG or PNG files, found 1 "
        + "outside any sub-folder)")
    #expect(await error("nowhere") == "F/nowhere: the images do not exist")
  }

  @Test("Lists: quotes, CRLF, a byte order mark, further columns, files beside the list or above it")
  func list() async throws {
    try folder.write(png, to: "i/a, b.png")
    try folder.write(png, to: "up.png")
    try folder.write(
      "\u{FEFF}group,File,label\r\n\"x \"\"y\"\"\",\"a, b.png\",3\r\n\r\nz,up.png,1", to: "i/list.csv")
    let images = try await load("i/list.csv").images
    #expect(images.names == ["a, b.png", "up.png"])
    #expect(images.labels == [3, 1])
    #expect(images.columnNames == ["group", "label"])
    #expect(images.columns["group"] == ["x \"y\"", "z"])
    #expect(images.subset([1]).columns["group"] == ["z"])
  }

  @Test("Lists name classes when these are given; an empty label is allowed only where labels are not read")
  func listClasses() async throws {
    try folder.write(png, to: "a.png")
    try folder.write("bird\ncat\n", to: "names.txt")
    try folder.write("file,class\na.png,cat\na.png,0\n", to: "list.csv")
    #expect(try await load("list.csv", classes: "names.txt").images.labels == [1, 0])
    #expect(
      await error("list.csv")
        == "F/list.csv:2: the label is no index (found 'cat'); give the class names with --classes")
    try folder.write("file,label\na.png,2\n", to: "list.csv")
    #expect(
      await error("list.csv", classes: "names.txt")
        == "a.png: the label is outside the class names (expected 0…1, found 2)")
    try folder.write("file,label\na.png,\n", to: "list.csv")
    #expect(await error("list.csv") == "F/list.csv:2: the image has no label")
    #expect(try await load("list.csv", ignoresLabels: true).images.labels == [0])
  }

  @Test(
    "Bad lists",
    arguments: [
      ("", "F/l.csv: the list is empty (expected a header row)"),
      ("file,label\n", "F/l.csv: the list names no image"),
      (
        "a,label\n",
        "F/l.csv:1: the list has no column of files (expected a header row with file, filename, path, image, "
          + "image_path, found a,label)"
      ),
      ("file,label\na.png\n", "F/l.csv:2: the row has the wrong number of fields (expected 2, found 1)"),
      ("file,label\n\n\"a.png,1\n", "F/l.csv:3: a quoted field is not closed"),
      ("file,label\n\"a\"b,1\n", "F/l.csv:2: text follows a closing quote"),
      ("file,label\na\"b,1\n", "F/l.csv:2: a quote stands inside a field that does not begin with one"),
      ("file,file\n", "F/l.csv:1: a column name comes twice (found 'file')"),
      ("file,label\nb.png,1\n", "F/l.csv:2: the image does not exist (expected F/b.png or F/../b.png)"),
      ("file,label\n,1\n", "F/l.csv:2: the row names no file"),
    ])
  func badList(text: String, expected: String) async throws {
    try folder.write(text, to: "l.csv")
    #expect(await error("l.csv") == expected)
  }

  @Test("Text that is not UTF-8")
  func notText() async throws {
    try folder.write([0xC3, 0x28], to: "l.csv")
    #expect(await error("l.csv") == "F/l.csv: the text is not UTF-8")
  }
}
