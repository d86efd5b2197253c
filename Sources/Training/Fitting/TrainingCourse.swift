import Images
import Inference
import Networks
import Statistics

/// One run of a ``Trainer``: the loop over epochs and steps.
struct TrainingCourse {
  private let trainer: Trainer
  private let pass: TrainingPass
  private var optimizer: Optimizer
  private(set) var state: TrainingState
  private let loss: CrossEntropyLoss
  /// The images' positions in the order of the epoch under way.
  private var order: [Int] = []
  private var orderEpoch: Int?

  init(_ trainer: Trainer, state stored: TrainingState?) throws {
    self.trainer = trainer
    let recipe = trainer.recipe
    let largest = max(trainer.data.training.count, trainer.data.validation?.count ?? 0)
    pass = try TrainingPass(
      trainer.network, batchSize: min(recipe.batchSize, largest), workers: trainer.workers,
      instructionSet: trainer.identity.instructions)
    let decayed = pass.layout.segments.filter { recipe.optimizer.decaysAll || $0.kind == .weight }.map(\.range)
    optimizer = Optimizer(
      recipe.optimizer, decayed: decayed, parameterCount: pass.parameters.count, state: stored?.optimizer)
    state =
      stored
      ?? TrainingState(
        parameters: pass.parameters, runningMoments: pass.runningMoments, optimizer: optimizer.state)
    pass.parameters = state.parameters
    pass.runningMoments = state.runningMoments
    loss = CrossEntropyLoss(smoothing: recipe.labelSmoothing)
  }

  // MARK: The loop

  mutating func run(_ observe: (TrainingEvent, TrainingState) throws -> TrainingDirective) throws -> TrainingEnding {
    let recipe = trainer.recipe
    if state.step == 0, state.checkpoints.isEmpty, recipe.checkpoints.isDue(afterEpoch: 0) {
      if try checkpoint(observe) == .stop { return .interrupted }
    }
    while state.epoch < recipe.epochs {
      if let rule = recipe.earlyStopping, state.records.isExhausted(rule) { return .stoppedEarly }
      while state.stepInEpoch < trainer.stepsPerEpoch {
        if let divergence = step() { return .diverged(divergence) }
        var directive = TrainingDirective.goOn
        if recipe.checkpoints.isDue(afterStep: state.step) { directive = try checkpoint(observe) }
        if try observe(.step, state) == .stop || directive == .stop { return .interrupted }
      }
      guard let record = finishEpoch() else {
        return .diverged(
          TrainingDivergence(symptom: .notFinite, step: state.step, epoch: state.epoch + 1, loss: nil))
      }
      var directive = TrainingDirective.goOn
      if recipe.checkpoints.isDue(afterEpoch: state.epoch) { directive = try checkpoint(observe) }
      if try observe(.epoch(record), state) == .stop || directive == .stop, state.epoch < recipe.epochs {
        return .interrupted
      }
    }
    return .finished
  }

  /// One batch: forward, backward, update; returns the divergence if it shows.
  private mutating func step() -> TrainingDivergence? {
    if orderEpoch != state.epoch {
      var stream = RandomStream(seed: trainer.identity.seed, purpose: .trainingOrder, index: state.epoch)
      order = stream.permutation(of: trainer.data.training.count)
      orderEpoch = state.epoch
    }
    let start = state.stepInEpoch * trainer.recipe.batchSize
    let batch = Array(order[start..<min(start + trainer.recipe.batchSize, order.count)])
    let images = trainer.data.training, augmentation = trainer.augmentation, epoch = state.epoch
    let isAugmented = augmentation.recipe != .none
    let logits = pass.forward(count: batch.count, training: true) { lane, pixels in
      images.copyPixels(of: batch[lane], into: pixels)
      if isAugmented { augmentation.apply(augmentation.draw(image: batch[lane], epoch: epoch), to: pixels) }
    }
    var gradient = [Float](repeating: 0, count: logits.count)
    let (batchLoss, correct) = score(logits, batch.map { images.labels[$0] }, loss, gradient: &gradient)
    state.step += 1
    state.stepInEpoch += 1
    if let divergence = divergence(batchLoss / Double(batch.count)) { return divergence }
    state.lossSum += batchLoss
    state.correctCount += correct
    state.imageCount += batch.count

    var gradients = pass.backward(logitGradients: gradient)
    if let limit = trainer.recipe.gradientNorm { _ = Optimizer.clip(&gradients, to: limit) }
    // Vectors that are held twice would be copied before they change.
    state.optimizer = Optimizer.State()
    optimizer.step(
      parameters: &state.parameters, gradients: gradients, learningRate: learningRate(ofStep: state.step - 1))
    pass.parameters = state.parameters
    state.optimizer = optimizer.state
    state.runningMoments = pass.runningMoments
    return nil
  }

  private func learningRate(ofStep step: Int) -> Double {
    trainer.recipe.learningRate.rate(
      atStep: step, stepsPerEpoch: trainer.stepsPerEpoch, epochs: trainer.recipe.epochs)
  }

  /// Losses may rise for a while, as in a warm-up; a moving mean twenty times above the first loss never comes back.
  private mutating func divergence(_ loss: Double) -> TrainingDivergence? {
    func divergence(_ symptom: TrainingDivergence.Symptom) -> TrainingDivergence {
      TrainingDivergence(
        symptom: symptom, step: state.step, epoch: state.epoch + 1, loss: loss.isFinite ? loss : nil)
    }
    guard loss.isFinite else { return divergence(.notFinite) }
    let first = state.firstLoss ?? loss
    let smoothed = state.smoothedLoss.map { 0.9 * $0 + 0.1 * loss } ?? loss
    state.firstLoss = first
    state.smoothedLoss = smoothed
    let usual = max(first, CrossEntropyLoss.ofGuessing(classes: trainer.data.classCount))
    return smoothed > 20 * usual ? divergence(.rising) : nil
  }

  // MARK: Epochs and checkpoints

  /// Closes the epoch; nil when parameters or validation are no finite numbers any more.
  private mutating func finishEpoch() -> EpochRecord? {
    let validation = validate()
    guard state.isFinite, validation?.loss.isFinite ?? true else { return nil }
    state.epoch += 1
    let record = EpochRecord(
      epoch: state.epoch, step: state.step, learningRate: learningRate(ofStep: state.step - 1),
      trainingLoss: state.lossSum / Double(max(1, state.imageCount)),
      trainingAccuracy: Double(state.correctCount) / Double(max(1, state.imageCount)),
      validationLoss: validation?.loss, validationAccuracy: validation?.accuracy)
    state.records.append(record)
    state.stepInEpoch = 0
    state.lossSum = 0
    state.correctCount = 0
    state.imageCount = 0
    if trainer.selection != .last,
      state.records.selected(by: trainer.selection) == state.records.indices.last
    {
      state.best = .init(
        epoch: state.epoch, parameters: state.parameters, runningMoments: state.runningMoments)
    }
    return record
  }

  /// Hands the network to the observer, with a record of how good it is.
  private mutating func checkpoint(
    _ observe: (TrainingEvent, TrainingState) throws -> TrainingDirective
  ) throws -> TrainingDirective {
    let isEpochEnd = state.stepInEpoch == 0
    var record = CheckpointRecord(
      file: CheckpointSeries.fileName(
        epoch: isEpochEnd ? state.epoch : nil, step: state.step, epochs: trainer.recipe.epochs,
        steps: trainer.stepCount), epoch: state.epoch, step: state.step)
    if state.step > 0 { record.learningRate = learningRate(ofStep: state.step - 1) }
    if isEpochEnd, let last = state.records.last {
      record.trainingLoss = last.trainingLoss
      record.trainingAccuracy = last.trainingAccuracy
      record.validationLoss = last.validationLoss
      record.validationAccuracy = last.validationAccuracy
    } else {
      if state.imageCount > 0 {
        record.trainingLoss = state.lossSum / Double(state.imageCount)
        record.trainingAccuracy = Double(state.correctCount) / Double(state.imageCount)
      }
      let validation = validate()
      record.validationLoss = validation?.loss
      record.validationAccuracy = validation?.accuracy
    }
    state.checkpoints.append(record)
    return try observe(.checkpoint(record, pass.network()), state)
  }

  /// Mean loss and accuracy of the validation images; nil without.
  private func validate() -> (loss: Double, accuracy: Double)? {
    guard let images = trainer.data.validation else { return nil }
    let size = min(trainer.recipe.batchSize, images.count)
    var lossSum = 0.0, correctCount = 0
    for start in stride(from: 0, to: images.count, by: size) {
      let count = min(size, images.count - start)
      let logits = pass.forward(count: count, training: false) { lane, pixels in
        images.copyPixels(of: start + lane, into: pixels)
      }
      var none: [Float] = []
      let (loss, correct) = score(
        logits, Array(images.labels[start..<(start + count)]), CrossEntropyLoss(), gradient: &none)
      lossSum += loss
      correctCount += correct
    }
    return (lossSum / Double(images.count), Double(correctCount) / Double(images.count))
  }

  /// The sum of the losses and the recognised images of a batch; fills the gradient of the mean loss unless it is empty.
  private func score(
    _ logits: [Float], _ labels: [Int], _ loss: CrossEntropyLoss, gradient: inout [Float]
  ) -> (loss: Double, correct: Int) {
    let classes = trainer.data.classCount
    var sum = 0.0, correct = 0
    logits.withUnsafeBufferPointer { logits in
      gradient.withUnsafeMutableBufferPointer { gradient in
        for (lane, label) in labels.enumerated() {
          let range = lane * classes..<(lane + 1) * classes
          let own = UnsafeBufferPointer(rebasing: logits[range])
          sum += loss.value(
            logits: own, label: label,
            gradient: gradient.isEmpty ? nil : UnsafeMutableBufferPointer(rebasing: gradient[range]),
            weight: 1 / Double(labels.count))
          correct += Objective.accuracy.score(logits: own, label: label) == 1 ? 1 : 0
        }
      }
    }
    return (sum, correct)
  }

  // MARK: The result

  func result(_ ending: TrainingEnding) -> TrainingResult {
    var epoch: Int? = state.stepInEpoch == 0 ? state.epoch : nil
    if let best = state.best {
      pass.parameters = best.parameters
      pass.runningMoments = best.runningMoments
      epoch = best.epoch
    }
    return TrainingResult(ending: ending, network: pass.network(), networkEpoch: epoch, state: state)
  }
}
