import Images
import InputErrors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The form in which a ``TrainingState`` is stored.
///
/// `NSTRAIN1`, the header's length (8 bytes, least significant first), the header (JSON: identity and scalars), the
/// vectors as 32-bit floats in the order parameters, moments, optimizer's first and second, best parameters and moments,
/// and the SHA-256 of all before. Numbers read back to the same bits.
public struct TrainingStateFile: Sendable {
  public var identity: TrainingIdentity
  public var state: TrainingState
  /// Wall-clock seconds of training over all sittings.
  public var seconds: Double

  public init(identity: TrainingIdentity, state: TrainingState, seconds: Double) {
    self.identity = identity
    self.state = state
    self.seconds = seconds
  }

  private static let magic = Array("NSTRAIN1".utf8)

  private struct Header: Codable {
    var identity: TrainingIdentity
    var seconds: Double
    var epoch: Int
    var stepInEpoch: Int
    var step: Int
    var lossSum: Double
    var correctCount: Int
    var imageCount: Int
    var firstLoss: Double?
    var smoothedLoss: Double?
    var records: [EpochRecord]
    var checkpoints: [CheckpointRecord]
    var optimizerSteps: Int
    var bestEpoch: Int?
    /// Lengths of the vectors.
    var counts: [Int]
  }

  /// The file's bytes. Complexity: O(parameters).
  ///
  /// - Throws: ``InputErrors/InputError`` (cannotWrite) when a number of the state is not finite.
  public func bytes() throws -> [UInt8] {
    let vectors = [
      state.parameters, state.runningMoments, state.optimizer.first, state.optimizer.second,
      state.best?.parameters ?? [], state.best?.runningMoments ?? [],
    ]
    let header = Header(
      identity: identity, seconds: seconds, epoch: state.epoch, stepInEpoch: state.stepInEpoch, step: state.step,
      lossSum: state.lossSum, correctCount: state.correctCount, imageCount: state.imageCount,
      firstLoss: state.firstLoss, smoothedLoss: state.smoothedLoss, records: state.records,
      checkpoints: state.checkpoints, optimizerSteps: state.optimizer.steps, bestEpoch: state.best?.epoch,
      counts: vectors.map(\.count))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let text = try? encoder.encode(header) else {
      throw InputError(.cannotWrite, "the state of the training holds a number that is not finite")
    }
    var bytes = Self.magic
    bytes.reserveCapacity(text.count + 4 * vectors.reduce(0) { $0 + $1.count } + 64)
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { bytes += $0 }
    bytes += text
    for vector in vectors {
      #if _endian(little)
        vector.withUnsafeBytes { bytes += $0 }
      #else
        for value in vector { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
      #endif
    }
    return bytes + SHA256Digest.of(bytes)
  }

  /// Reads the file's bytes.
  ///
  /// - Parameter file: the name for errors.
  /// - Throws: ``InputErrors/InputError`` (data) when the bytes are no state or are damaged. Complexity: O(bytes).
  public init(bytes: [UInt8], file: String) throws {
    func damaged(_ what: String) -> InputError {
      InputError(
        .data, what, at: .init(file: file), hint: "remove the file to begin the training anew")
    }
    guard bytes.count >= 48, Array(bytes[0..<8]) == Self.magic else {
      throw damaged("the file is no state of a training")
    }
    let content = bytes.count - 32
    guard SHA256Digest.of(Array(bytes[0..<content])) == Array(bytes[content...]) else {
      throw damaged("the state of the training is damaged: it is not what its digest says")
    }
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) }
    guard length <= UInt64(content - 16) else { throw damaged("the state of the training is cut short") }
    let end = 16 + Int(length)
    let header: Header
    do { header = try JSONDecoder().decode(Header.self, from: Data(bytes[16..<end])) } catch {
      throw damaged("the state of the training cannot be read")
    }
    let room = (content - end) / 4
    guard header.counts.count == 6, header.counts.allSatisfy({ (0...room).contains($0) }),
      header.counts.reduce(0, +) * 4 == content - end
    else { throw damaged("the state of the training has vectors of other lengths") }
    var offset = end
    let vectors = header.counts.map { count in
      let values = bytes.withUnsafeBytes { raw in
        (0..<count).map {
          Float(
            bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset + 4 * $0, as: UInt32.self)))
        }
      }
      offset += 4 * count
      return values
    }
    var optimizer = Optimizer.State()
    optimizer.steps = header.optimizerSteps
    optimizer.first = vectors[2]
    optimizer.second = vectors[3]
    var state = TrainingState(parameters: vectors[0], runningMoments: vectors[1], optimizer: optimizer)
    state.epoch = header.epoch
    state.stepInEpoch = header.stepInEpoch
    state.step = header.step
    state.lossSum = header.lossSum
    state.correctCount = header.correctCount
    state.imageCount = header.imageCount
    state.firstLoss = header.firstLoss
    state.smoothedLoss = header.smoothedLoss
    state.records = header.records
    state.checkpoints = header.checkpoints
    state.best = header.bestEpoch.map { .init(epoch: $0, parameters: vectors[4], runningMoments: vectors[5]) }
    self.init(identity: header.identity, state: state, seconds: header.seconds)
  }

  /// Whether the lengths of the vectors are those that a network and its optimizer need.
  func fits(_ network: Int, moments: Int) -> Bool {
    let counts = Optimizer.stateCounts(identity.recipe.optimizer, parameterCount: network)
    return state.parameters.count == network && state.runningMoments.count == moments
      && state.optimizer.first.count == counts.first && state.optimizer.second.count == counts.second
      && state.best.map { $0.parameters.count == network && $0.runningMoments.count == moments } ?? true
  }
}
