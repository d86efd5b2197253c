import Images
import InputErrors
import Testing

struct ImageSplitTests {
  @Test func everyClassIsSharedOutAlike() {
    let strata = (0..<700).map { $0 % 7 }
    let split = ImageSplit(strata: strata, share: 0.3, seed: 4)
    #expect((split.first + split.second).sorted() == Array(0..<700))
    for stratum in 0..<7 {
      #expect((29...31).contains(split.first.count { strata[$0] == stratum }))
    }
    #expect(split == ImageSplit(strata: strata, share: 0.3, seed: 4))
    #expect(split != ImageSplit(strata: strata, share: 0.3, seed: 5))
  }

  /// With one image a class, the parts are as large as the share says.
  @Test func fractionsOfImagesAreCarriedOn() {
    let split = ImageSplit(strata: Array(0..<1000), share: 0.5, seed: 0)
    #expect((499...501).contains(split.first.count))
  }

  @Test func imagesThatAnotherSetHasAreFound() throws {
    let pictures = (0..<6).map { Image(width: 1, height: 1, colour: .grey, pixels: [UInt8($0)]) }
    let all = try LabeledImages(images: pictures, labels: [0, 0, 0, 1, 1, 1])
    let (first, second) = try all.split(share: 0.5, seed: 1)
    let rest = try #require(all.without(first))
    #expect(rest.digest == second.digest)
    #expect(first.without(all) == nil)
    let single = all.subset([0])
    #expect(throws: InputError.self) { try single.split(share: 0.5, seed: 1) }
  }
}
