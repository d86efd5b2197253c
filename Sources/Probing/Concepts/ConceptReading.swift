import Images
import InputErrors

/// Reads concepts from the columns of labelled images.
public struct ConceptReading: Sendable {
  /// How a column is understood.
  public enum Kind: Sendable, Hashable {
    /// As its texts suggest: a quantity when all are numbers and more than ``mostNumericClasses`` differ, else classes.
    case automatic
    case classes
    case quantity
  }

  /// A column of at most so many different numbers is taken for classes.
  public static let mostNumericClasses = 20
  /// The largest size of a quantity: its squares have to be numbers too.
  public static let largestQuantity = 1e100
  /// The most classes of a concept.
  public static let mostClasses = 1000

  private let images: LabeledImages
  private let kind: Kind

  public init(_ images: LabeledImages, kind: Kind = .automatic) {
    self.images = images
    self.kind = kind
  }

  /// Reads a concept: `COLUMN` for all its classes or its quantity, `COLUMN=VALUE` for one value against the rest.
  ///
  /// The column `label` is always there: the class of every image. Rows without a text are left out.
  /// - Throws: ``InputErrors/InputError`` (usage) when there is no such column or value, with the closest name; (data) when
  ///   all images have the same value, or a quantity is no number.
  public func concept(_ text: String) throws(InputError) -> ProbedConcept {
    if let column = texts(text) { return try concept(text, of: column) }
    guard let sign = text.lastIndex(of: "="), let column = texts(String(text[..<sign])) else {
      let name = text.split(separator: "=").first.map(String.init) ?? text
      throw InputError(
        .usage, "the images have no column '\(name)'", at: .init(key: "--target"),
        expected: columnNames.joined(separator: ", "),
        hint: Suggestion.hint(for: name, among: columnNames))
    }
    let value = String(text[text.index(after: sign)...])
    let rows = column.indices.filter { !column[$0].isEmpty }
    let present = Self.ordered(Set(rows.map { column[$0] }))
    guard present.contains(value) else {
      throw InputError(
        .usage, "no image has the value '\(value)' in the column '\(text[..<sign])'", at: .init(key: "--target"),
        expected: present.prefix(12).joined(separator: ", ") + (present.count > 12 ? ", …" : ""),
        hint: Suggestion.hint(for: value, among: present))
    }
    guard present.count > 1 else { throw Self.oneValue(text, value) }
    return ProbedConcept(
      name: text, rows: rows, target: .classes(rows.map { column[$0] == value ? 1 : 0 }, count: 2),
      classNames: ["not \(value)", value])
  }

  /// The texts by which recurring things are told apart, one an image, as numbers from 0 on.
  ///
  /// - Throws: ``InputErrors/InputError`` (usage) when there is no such column.
  public func identities(column name: String) throws(InputError) -> [Int] {
    guard let column = texts(name) else {
      throw InputError(
        .usage, "the images have no column '\(name)'", at: .init(key: "--identity"),
        expected: columnNames.joined(separator: ", "), hint: Suggestion.hint(for: name, among: columnNames))
    }
    let values = Self.ordered(Set(column))
    let numbers = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    return column.map { numbers[$0] ?? 0 }
  }

  private var columnNames: [String] {
    images.columnNames.contains("label") ? images.columnNames : images.columnNames + ["label"]
  }

  private func texts(_ name: String) -> [String]? {
    if let column = images.columns[name] { return column }
    return name == "label" ? images.labels.map { images.className(of: $0) } : nil
  }

  private func concept(_ name: String, of column: [String]) throws(InputError) -> ProbedConcept {
    let rows = column.indices.filter { !column[$0].isEmpty }
    let present = Self.ordered(Set(rows.map { column[$0] }))
    guard present.count > 1 else { throw Self.oneValue(name, present.first ?? "") }
    let areNumbers = present.allSatisfy { Double($0) != nil }
    let isQuantity =
      switch kind {
      case .automatic: areNumbers && present.count > Self.mostNumericClasses
      case .classes: false
      case .quantity: true
      }
    if isQuantity {
      var values: [Double] = []
      for row in rows {
        guard let value = Double(column[row]), abs(value) <= Self.largestQuantity else {
          throw InputError(
            .data, "the column '\(name)' is no quantity", at: .init(file: images.names[row], key: "--target"),
            expected: "numbers of at most 1e100 in size",
            found: "'\(column[row])'", hint: "use --probe linear for classes")
        }
        values.append(value)
      }
      return ProbedConcept(name: name, rows: rows, target: .values(values), classNames: [])
    }
    guard present.count <= Self.mostClasses else {
      throw InputError(
        .data, "the column '\(name)' has too many different texts to be classes", at: .init(key: "--target"),
        expected: "at most \(Self.mostClasses)", found: "\(present.count)")
    }
    let numbers = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
    return ProbedConcept(
      name: name, rows: rows, target: .classes(rows.map { numbers[column[$0]] ?? 0 }, count: present.count),
      classNames: present)
  }

  private static func oneValue(_ name: String, _ value: String) -> InputError {
    InputError(
      .data, "all images have the same value of the concept '\(name)'", at: .init(key: "--target"),
      expected: "at least two different values", found: value.isEmpty ? "no value at all" : "'\(value)' alone")
  }

  /// Numbers by size, then yes behind no, then texts by their characters.
  private static func ordered(_ values: Set<String>) -> [String] {
    if values == ["no", "yes"] || values == ["false", "true"] { return values.sorted() }
    let numbers = values.compactMap { text in Double(text).map { (number: $0, text: text) } }
    guard numbers.count == values.count else { return values.sorted() }
    return numbers.sorted { ($0.number, $0.text) < ($1.number, $1.text) }.map(\.text)
  }
}
