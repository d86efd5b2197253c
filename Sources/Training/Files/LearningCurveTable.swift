import Images
/// The records of a training as `learning-curve.csv`.
public enum LearningCurveTable {
  /// The file within the folder of a training.
  public static let fileName = "learning-curve.csv"

  /// One row an epoch; a field is empty where nothing was measured. Numbers read back to the same bits.
  public static func text(_ records: [EpochRecord]) -> String {
    CommaSeparatedText.text(
      [
        "epoch", "step", "learning_rate", "training_loss", "training_accuracy", "validation_loss",
        "validation_accuracy",
      ],
      records.map { record in
        [
          "\(record.epoch)", "\(record.step)", "\(record.learningRate)", "\(record.trainingLoss)",
          "\(record.trainingAccuracy)", record.validationLoss.text, record.validationAccuracy.text,
        ]
      })
  }
}

extension Double? {
  /// The shortest text that reads back to the same number; empty for nil.
  var text: String { map { "\($0)" } ?? "" }
}
