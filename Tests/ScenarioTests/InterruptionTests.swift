import Foundation
import Testing

@Suite struct InterruptionTests {
  private let budget = ["--evaluations", "1500000", "--metric", "log-likelihood", "--quiet"]

  private func rank(_ world: SmallWorld, _ run: String, _ more: [String] = []) -> [String] {
    ["rank", world.model] + world.input + budget + ["--output", world.path(run)] + more
  }

  private func table(_ world: SmallWorld, _ run: String) throws -> String {
    try String(contentsOfFile: world.path(run + "/players.csv"), encoding: .utf8)
  }

  private func waitForCheckpoint(_ world: SmallWorld, _ run: String, of process: Process) {
    while process.isRunning, !FileManager.default.fileExists(atPath: world.path(run + "/estimate.json")) {
      Thread.sleep(forTimeInterval: 0.005)
    }
  }

  @Test func killsAtRandomMomentsChangeNoBit() throws {
    let world = try SmallWorld()
    #expect(try BuiltTool.run(rank(world, "whole"), in: world.folder).status == 0)
    var kills = 0
    for _ in 0..<10 {
      let (process, _, _) = try BuiltTool.start(rank(world, "broken", ["--resume"]), in: world.folder)
      Thread.sleep(forTimeInterval: Double.random(in: 0.01...0.35))
      if process.isRunning { kills += 1 }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    #expect(kills > 0, "the run is too short to be killed")
    let last = try BuiltTool.run(rank(world, "broken", ["--resume"]), in: world.folder)
    #expect(last.status == 0, "\(last.error)")
    #expect(try table(world, "broken") == table(world, "whole"))
  }

  @Test(arguments: zip([SIGINT, SIGTERM], [Int32(130), 143]))
  func signalsSaveACheckpointFromWhichTheRunGoesOn(signal: Int32, status: Int32) throws {
    let world = try SmallWorld()
    let (process, _, error) = try BuiltTool.start(rank(world, "broken"), in: world.folder)
    waitForCheckpoint(world, "broken", of: process)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == status)
    #expect(try String(contentsOfFile: error, encoding: .utf8).contains("--resume"))
    #expect(!FileManager.default.fileExists(atPath: world.path("broken/ranking.json")))
    // Another number of workers goes on with the same bits.
    let rest = try BuiltTool.run(rank(world, "broken", ["--resume", "--workers", "3"]), in: world.folder)
    #expect(rest.status == 0, "\(rest.error)")
    #expect(try BuiltTool.run(rank(world, "whole"), in: world.folder).status == 0)
    #expect(try table(world, "broken") == table(world, "whole"))
  }

  @Test func twoProcessesDoNotShareAFolder() throws {
    let world = try SmallWorld()
    let (process, _, _) = try BuiltTool.start(rank(world, "shared"), in: world.folder)
    defer { process.waitUntilExit() }
    waitForCheckpoint(world, "shared", of: process)
    let second = try BuiltTool.run(rank(world, "shared", ["--resume"]), in: world.folder)
    kill(process.processIdentifier, SIGKILL)
    #expect(second.status == 73)
    #expect(second.error.contains("another process"))
  }
}
