/// The part of the report with everything needed to make the ranking again.
package enum HTMLReportSettings {
  static func section(_ document: RankingDocument) -> String {
    let network = document.network, cost = document.cost, estimation = document.estimation
    let shape = network.inputShape.map(String.init).joined(separator: " × ")
    var facts: [(String, String)] = [
      ("model", network.file), ("SHA-256 of the model", network.digest), ("input", shape),
      ("classes", NumberText.grouped(network.classes)), ("parameters", NumberText.grouped(network.parameters)),
      ("multiply-adds of a forward pass", NumberText.large(Double(network.multiplyAdds))),
    ]
    facts += images("images", document.images)
    facts += images("calibration", document.calibration)
    facts += [
      ("estimator", estimation.choice ?? estimation.estimator), ("seed", String(estimation.seed)),
      ("evaluations", NumberText.grouped(cost.evaluations)), ("units of work", NumberText.grouped(cost.units)),
      ("multiply-adds done", NumberText.large(Double(cost.multiplyAdds))),
      ("time", NumberText.duration(cost.seconds)), ("workers", String(cost.workers)),
      ("peak memory", cost.peakMemory.map(NumberText.memory) ?? "not known"),
    ]
    let settings = flattened(document.settings, path: []).map { ($0.0, $0.1) }
    return """
      <section>
      <h2>How it was made</h2>
      <p>\(Markup.escaped(reproduction(document)))</p>
      <pre><code>\(Markup.escaped(document.commandLine.map(shellQuoted).joined(separator: " ")))</code></pre>
      \(HTMLReportChecks.table(facts))
      <details><summary>All settings</summary>\(HTMLReportChecks.table(settings))</details>
      </section>
      """
  }

  private static func reproduction(_ document: RankingDocument) -> String {
    guard document.estimation.isEndedByClock else {
      return
        "With another --output this command line makes the same ranking again, bit for bit, with any number of workers:"
    }
    return
      "The clock ended this estimation after \(NumberText.grouped(document.cost.units)) units of work. This command "
      + "line goes through the same units, bit for bit, but may end after more or fewer of them:"
  }

  private static func images(_ title: String, _ images: RankingDocument.ImagesSummary) -> [(String, String)] {
    var rows = [
      (title, "\(images.path) (\(NumberText.grouped(images.count)))"), ("SHA-256 of the \(title)", images.digest),
    ]
    if !images.skipped.isEmpty {
      rows.append(("skipped, \(NumberText.grouped(images.skipped.count))", images.skipped.joined(separator: ", ")))
    }
    return rows
  }

  private static func flattened(_ value: JSONValue, path: [String]) -> [(String, String)] {
    if case .object(let members) = value, !members.isEmpty {
      return members.sorted { $0.key < $1.key }.flatMap { flattened($0.value, path: path + [$0.key]) }
    }
    if case .string(let text) = value { return [(path.joined(separator: "."), text)] }
    return [(path.joined(separator: "."), value.compact)]
  }

  /// A word as a shell reads it back.
  package static func shellQuoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@%".contains($0)) }
    return isPlain
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
