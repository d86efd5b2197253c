import Reports
import Training

/// Shows how far a training is.
enum TrainingProgress {
  static func report(
    _ event: TrainingEvent, _ state: TrainingState, _ trainer: Trainer, on display: ProgressDisplay,
    _ output: CommonOptions.Output
  ) {
    switch event {
    case .checkpoint: break
    case .step:
      var details = ["epoch \(min(state.epoch + 1, trainer.recipe.epochs)) of \(trainer.recipe.epochs)"]
      if state.imageCount > 0 {
        details.append("loss \(NumberText.significant(state.lossSum / Double(state.imageCount)))")
        details.append(NumberText.percent(Double(state.correctCount) / Double(state.imageCount)))
      }
      display.report(
        ProgressLine("training", done: state.step, total: trainer.stepCount, unit: "steps", details: details))
    case .epoch(let record):
      display.end()
      output.remark(TrainingText.line(record, of: trainer.recipe.epochs))
    }
  }
}
