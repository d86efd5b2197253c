import Training

/// A training as text for a terminal.
public enum TrainingText {
  /// One epoch in one line: `epoch 3 of 10: loss 0.412, accuracy 85.1 %; validation loss 0.398, accuracy 86.0 %`.
  public static func line(_ record: EpochRecord, of epochs: Int) -> String {
    var text =
      "epoch \(record.epoch) of \(epochs): loss \(NumberText.significant(record.trainingLoss)), "
      + "accuracy \(NumberText.percent(record.trainingAccuracy))"
    if let loss = record.validationLoss, let accuracy = record.validationAccuracy {
      text += "; validation loss \(NumberText.significant(loss)), accuracy \(NumberText.percent(accuracy))"
    }
    return text
  }

  /// What was trained, how it went, epoch by epoch when there are few.
  public static func text(_ document: TrainingDocument) -> String {
    var lines = ["", "  " + head(document), ""]
    var table = TextTable([
      ("epoch", .right), ("rate", .right), ("loss", .right), ("accuracy", .right), ("val. loss", .right),
      ("val. accuracy", .right), ("", .left),
    ])
    let shown = document.epochs.count <= 24 ? document.epochs : Array(document.epochs.suffix(12))
    for record in shown {
      table.add([
        "\(record.epoch)", NumberText.significant(record.learningRate), NumberText.significant(record.trainingLoss),
        NumberText.percent(record.trainingAccuracy), record.validationLoss.map { NumberText.significant($0) } ?? "",
        record.validationAccuracy.map { NumberText.percent($0) } ?? "",
        record.epoch == document.model.epoch ? "← model" : "",
      ])
    }
    lines += table.lines + [""]
    lines.append("  " + ending(document))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func head(_ document: TrainingDocument) -> String {
    var text =
      "\(document.identity.architecture.name), \(NumberText.grouped(document.model.parameters)) parameters, on "
      + "\(NumberText.grouped(document.training.count)) images of \(document.classNames.count) classes"
    if let validation = document.validation {
      text += ", validated on \(NumberText.grouped(validation.count))"
    }
    return text + ", seed \(document.identity.seed)"
  }

  private static func ending(_ document: TrainingDocument) -> String {
    let seconds = NumberText.significant(document.execution.seconds)
    let pace =
      document.execution.imagesPerSecond.map { ", \(NumberText.grouped(Int($0.rounded()))) images/s" } ?? ""
    let reason =
      switch document.ending {
      case .finished: "all epochs are complete"
      case .stoppedEarly: "stopped early: validation improved no more"
      case .interrupted: "interrupted"
      case .diverged: "diverged"
      }
    let count = document.execution.workers
    return "\(reason); \(seconds) s\(pace), \(count) \(count == 1 ? "worker" : "workers")"
  }
}
