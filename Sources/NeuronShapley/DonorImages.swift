import Images
import Inference
import Statistics

/// The images whose activations stand in for removed filters under ``Ablation/resample``.
///
/// Each image gets one donor whenever it is loaded, by a random stream named by the seed, the images loaded together and
/// the place among them: the same load gives the same donors on any worker. Loading the same images in another company
/// or order gives other donors.
package struct DonorImages: Sendable {
  package let images: LabeledImages
  package let seed: UInt64

  package init(images: LabeledImages, seed: UInt64) {
    self.images = images
    self.seed = seed
  }

  /// The donor of each loaded image.
  ///
  /// - Parameters:
  ///   - loaded: the images' indices in their own set.
  ///   - isOwnSet: whether that set is the donors' too; then no image is its own donor.
  package func donors(of loaded: [Int], isOwnSet: Bool) -> [Int] {
    var company: UInt64 = 0xCBF2_9CE4_8422_2325
    for image in loaded { company = (company ^ UInt64(truncatingIfNeeded: image)) &* 0x0000_0100_0000_01B3 }
    return loaded.enumerated().map { place, image in
      var stream = RandomStream(
        seed: seed, purpose: .donor, index: Int(truncatingIfNeeded: company), subindex: place)
      guard isOwnSet else { return stream.uniform(below: images.count) }
      let other = stream.uniform(below: images.count - 1)
      return other < image ? other : other + 1
    }
  }
}
