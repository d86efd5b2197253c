import Foundation
import Images
import Inference
import InputErrors
import NeuronShapley
import Reports

/// A ranking that is to be tested, with the model that it is of.
struct TestedRanking: Sendable {
  /// The run folder or the table.
  let path: String
  let model: ModelFile
  /// What its players are.
  let selection: PlayerSelection
  /// The players' names, the most important first.
  let names: [String]
  /// The run's document; nil for a plain table.
  let document: RankingDocument?
  /// The run's settings as far as another command needs them; nil for a plain table.
  let settings: Settings?

  /// What a run's `config.json` tells about its question and its images.
  struct Settings: Decodable, Sendable {
    struct Model: Decodable, Sendable { var digest: String }
    struct ImageSet: Decodable, Sendable {
      var file: String
      var labels: String?
      var classes: String?
      var labelOffset: Int
      var limit: Int?
      var sample: Int?
      var skipCorrupt: Bool
      var preprocessing: Preprocessing
      var digest: String
    }

    var model: Model
    var images: ImageSet
    var ranking: RankingConfiguration
  }

  /// Whether a path is a ranking: a run folder, or a table.
  static func isRanking(_ path: String) -> Bool { FilterNames.isRanking(path) }

  /// Reads a run folder, or a table with the columns player and rank.
  ///
  /// - Parameter model: the model's file; nil for the one that the run was made with.
  /// - Throws: ``InputErrors/InputError`` when something is missing or damaged, or the ranking is of another model.
  init(reading path: String, model: String?) throws {
    self.path = path
    let isFolder = FileManager.default.fileExists(atPath: path + "/" + RunFolder.File.players.rawValue)
    guard isFolder else {
      guard let model else {
        throw InputError(
          .usage, "a table of players does not say whose filters they are", at: .init(key: "--model"),
          expected: "the model's file")
      }
      self.model = try ModelFile(reading: model)
      let rows = try FilterNames.read(path, option: "SOURCE", part: .all)
      guard !rows.isEmpty else { throw InputError(.data, "the ranking has no player", at: .init(file: path)) }
      let groups = try rows.map { row -> FilterGroup in
        do { return FilterGroup(name: row.name, filters: [try Filter(parsing: row.name)]) } catch var error
          as InputError
        {
          error.place = row.place
          throw error
        }
      }
      selection = PlayerSelection(grouping: .custom(groups))
      names = rows.map(\.name)
      (document, settings) = (nil, nil)
      return
    }
    let folder = try RunFolder(readingAt: path)
    guard folder.exists(.ranking) else {
      throw InputError(
        .noInput, "the ranking is not finished", at: .init(file: folder.file(.ranking)),
        hint: "go on with 'rank … --output \(path) --resume'")
    }
    let document = try RankingDocument(json: try folder.read(.ranking), file: folder.file(.ranking))
    let settings = try JSONValue.decode(
      Settings.self, from: try folder.read(.configuration), file: folder.file(.configuration))
    self.model = try ModelFile(reading: model ?? document.network.file)
    let digest = self.model.network.digest
    guard digest == settings.model.digest else {
      throw InputError(
        .data, "the ranking is of another model", at: .init(file: self.model.path),
        expected: "the content \(settings.model.digest.prefix(12))…", found: "\(digest.prefix(12))…",
        hint: model == nil ? "the file has changed since: name the right one with --model" : nil)
    }
    self.document = document
    self.settings = settings
    selection = settings.ranking.players
    names = document.ranked.map(\.player)
  }

  /// Its order as indices of the players.
  ///
  /// - Throws: ``InputErrors/InputError`` when a name is no player of the model.
  func order(of players: FilterPlayers) throws -> [Int] {
    let places = Dictionary(uniqueKeysWithValues: players.players.enumerated().map { ($1.name, $0) })
    guard names.count == players.count, Set(names).count == names.count else {
      throw InputError(
        .data, "the ranking does not have every player once", at: .init(file: path),
        expected: "\(players.count) players", found: "\(names.count), of which \(Set(names).count) different")
    }
    return try names.map { name in
      guard let place = places[name] else {
        throw InputError(
          .data, "the ranking names a player that the model does not have", at: .init(file: model.path),
          found: "'\(name)'")
      }
      return place
    }
  }

  /// Loads the images that the run was made on, as it did.
  ///
  /// - Returns: nil for a plain table, which has none.
  /// - Throws: ``InputErrors/InputError`` when they are not there any more or are others now.
  func ownImages(workers: Int, display: ProgressDisplay) async throws -> LabeledImages? {
    guard let set = settings?.images, let seed = settings?.ranking.seed else { return nil }
    var options = ImageLoadingOptions()
    options.limit = set.limit
    options.sample = set.sample
    options.seed = seed
    options.labelOffset = set.labelOffset
    options.classCount = model.network.classCount
    options.skipCorrupt = set.skipCorrupt
    options.workers = workers
    let source = ImageSource(path: set.file, labels: set.labels, classes: set.classes)
    let hint = "name them with --ranking-images"
    do {
      let loaded = try await Interruption.whenAsked { [options] in
        try await ImageLoading.load(source, preprocessing: set.preprocessing, options: options) { done, total in
          display.report(ProgressLine("decoding the ranking's images", done: done, total: total, unit: "images"))
        }
      }
      display.end()
      guard loaded.images.digest == set.digest else {
        throw InputError(
          .data, "the images that the ranking was made on have changed since", at: .init(file: set.file), hint: hint)
      }
      return loaded.images
    } catch var error as InputError {
      error.hint = error.hint ?? hint
      throw error
    }
  }
}
