import Foundation
import InputErrors
import ScenarioRunner
import Synchronization
import Testing

@Suite struct ContentCacheTests {
  private let digest = String(repeating: "0123456789abcdef", count: 4)

  private func write(_ text: String, _ name: String, in folder: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  private func entry(_ cache: ContentCache, _ text: String = "whole") async throws -> (ContentCache.Entry, made: Int) {
    var made = 0
    let entry = try await cache.entry(.networks, digest: digest, check: {}) { folder in
      made += 1
      try write(text, "a.txt", in: folder)
      try write("b", "b.txt", in: folder)
    }
    return (entry, made)
  }

  private func text(_ entry: ContentCache.Entry, _ name: String = "a.txt") throws -> String {
    try String(contentsOfFile: entry.folder + "/" + name, encoding: .utf8)
  }

  @Test func anEntryIsMadeOnce() async throws {
    let folder = try TemporaryFolder()
    let cache = ContentCache(folder.path + "/deep/cache")
    let first = try await entry(cache)
    #expect(first.0.origin == .made)
    let second = try await entry(cache, "another")
    #expect(second.0.origin == .kept)
    #expect(second.made == 0)
    #expect(try text(second.0) == "whole")
  }

  @Test func whatIsHalfWrittenIsNeverTaken() async throws {
    let folder = try TemporaryFolder()
    let cache = ContentCache(folder.path)
    struct Killed: Error {}
    await #expect(throws: Killed.self) {
      _ = try await cache.entry(.networks, digest: digest, check: {}) { folder in
        try write("half", "a.txt", in: folder)
        throw Killed()
      }
    }
    let next = try await entry(cache)
    #expect(next.0.origin == .made)
    #expect(try text(next.0) == "whole")
  }

  @Test(arguments: ["changed", "gone", "list"])
  func aDamagedEntryIsMadeAnew(damage: String) async throws {
    let folder = try TemporaryFolder()
    let cache = ContentCache(folder.path)
    let whole = try await entry(cache).0
    try write("left over", "c.txt", in: whole.folder)
    switch damage {
    case "changed": try write("wholf", "a.txt", in: whole.folder)
    case "gone": try FileManager.default.removeItem(atPath: whole.folder + "/b.txt")
    default: try write("{", "complete.json", in: whole.folder)
    }
    let next = try await entry(cache)
    #expect(next.0.origin == .madeAnew)
    #expect(try text(next.0) == "whole")
    #expect(!FileManager.default.fileExists(atPath: whole.folder + "/c.txt"))
    #expect(try await entry(cache).0.origin == .kept)
  }

  @Test func anEntryIsNotMadeTwiceAtATime() async throws {
    let folder = try TemporaryFolder()
    let cache = ContentCache(folder.path)
    let (digest, made) = (self.digest, Counter())
    let origins = try await withThrowingTaskGroup(of: ContentCache.Entry.Origin.self) { group in
      for _ in 0..<4 {
        group.addTask {
          try await cache.entry(.images, digest: digest, check: {}) { folder in
            made.count.add(1, ordering: .relaxed)
            try await Task.sleep(for: .milliseconds(50))
            try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/x"))
          }.origin
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(made.count.load(ordering: .relaxed) == 1)
    #expect(origins.count { $0 == .made } == 1)
    #expect(origins.count { $0 == .kept } == 3)
  }

  private final class Counter: Sendable { let count = Atomic<Int>(0) }

  @Test func theStandardPlaceFollowsTheSystem() {
    #expect(ContentCache.standardPath(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"]) == "/c/neuron-shapley")
    #expect(ContentCache.standardPath(environment: ["HOME": "/h"]) == "/h/.cache/neuron-shapley")
    #expect(
      ContentCache.standardPath(environment: ["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/neuron-shapley"
    )
  }

  @Test func aCacheThatCannotBeWrittenIsNamed() async throws {
    let folder = try TemporaryFolder()
    try write("a file", "cache", in: folder.path)
    await #expect(throws: InputError.self) { _ = try await entry(ContentCache(folder.path + "/cache")) }
  }
}
