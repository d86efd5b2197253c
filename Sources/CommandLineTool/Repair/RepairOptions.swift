import InputErrors
import NeuronShapley

/// The options that say which group is to be helped, how far, and at what price.
struct RepairOptions: Sendable {
  private static let groupsForm = "a column of the images' list, or FILE.csv:COLUMN"

  static let groups = CommandOption<GroupsOption>(
    "groups", "CSV:COLUMN",
    "The group of each image: a column of the list that --images names, or FILE.csv:COLUMN with the images' names in a "
      + "column 'file'.", isRequired: true, expected: groupsForm
  ) { GroupsOption($0) }
  static let test = CommandOption<String>.text(
    "test", "PATH",
    "The images that the result is judged by, in any form that --images takes. Without it, --images are parted: half of "
      + "each group and class to choose by, half to judge by.")
  static let testGroups = CommandOption<GroupsOption>(
    "test-groups", "CSV:COLUMN", "The groups of the images of --test.", default: "those of --groups",
    expected: groupsForm
  ) { GroupsOption($0) }
  static let targetGroup = CommandOption<String>.text(
    "target-group", "GROUP", "The group to help; 'worst' is the one with the smallest accuracy in the whole network.",
    default: "worst")
  static let target = CommandOption<Double>.real(
    "target", "A", "Stop once the group's accuracy reaches A on the images to choose by.", default: "as far as it goes",
    expected: "a number above 0, at most 1"
  ) { $0 > 0 && $0 <= 1 }
  static let allow = CommandOption<Double>.real(
    "allow", "D", "How much accuracy all images together may lose, on those to choose by.", default: "0.01",
    expected: "a number from 0 to 1"
  ) { (0...1).contains($0) }
  static let allowGroup = CommandOption<Double>.real(
    "allow-group", "D", "How much accuracy any other group may lose, on its images to choose by.", default: "0.05",
    expected: "a number from 0 to 1"
  ) { (0...1).contains($0) }
  static let candidates = CommandOption<Int>.count(
    "candidates", "N", "How many of the most negative filters every step tries.", default: "20")
  static let most = CommandOption<Int>.count("most", "N", "How many filters are removed at most.", default: "20")
  static let group = CommandDescription.OptionGroup(
    "repair",
    [
      groups.declaration, targetGroup.declaration, target.declaration, allow.declaration, allowGroup.declaration,
      candidates.declaration,
      most.declaration, test.declaration, testGroups.declaration,
    ])

  let groups: GroupsOption
  let testPath: String?
  let testGroups: GroupsOption?
  let targetGroup: String
  let target: Double?
  let allowance: Double
  let groupAllowance: Double
  let candidates: Int
  let most: Int

  init(_ arguments: Arguments) throws {
    groups = try arguments.required(Self.groups)
    testPath = try arguments.value(Self.test)
    testGroups = try arguments.value(Self.testGroups)
    targetGroup = try arguments.value(Self.targetGroup) ?? "worst"
    target = try arguments.value(Self.target)
    allowance = try arguments.value(Self.allow) ?? 0.01
    groupAllowance = try arguments.value(Self.allowGroup) ?? 0.05
    candidates = try arguments.value(Self.candidates) ?? 20
    most = try arguments.value(Self.most) ?? 20
    if testGroups != nil, testPath == nil {
      throw InputError(
        .usage, "there are no other images to judge by", at: .init(key: "--test-groups"), hint: "add --test PATH")
    }
  }
}
