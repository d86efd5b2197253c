import Images
import InputErrors
import Networks

/// The filters of the layer that reads the image, as pictures.
///
/// A filter of three channels is a picture in colours, any other one a picture a channel; zero is grey, and each filter's
/// largest absolute weight black or white.
public struct FirstLayerFilters: Sendable, Hashable {
  public let layer: String
  /// `[filters][channels][height][width]`, channels in the network's order.
  public let weights: [Float]
  public let count: Int
  public let channels: Int
  public let extent: Extent
  private let input: PictureInput

  public var isColour: Bool { channels == 3 }

  /// The first convolution on the way from the image through nothing but padding and affine maps.
  ///
  /// - Throws: ``InputErrors/InputError`` (data) when no convolution reads the image.
  public init(_ network: Network, input: PictureInput) throws(InputError) {
    var reached: Set<Int> = [0]
    for index in network.nodes.indices.dropFirst() where network.nodes[index].inputs.contains(where: reached.contains) {
      switch network.nodes[index].layer {
      case .batchNormalization, .affine, .identity, .pad, .slice, .reshape: reached.insert(index)
      case .convolution(let convolution):
        layer = network.nodes[index].name
        weights = convolution.weight.values
        count = convolution.outputChannels
        channels = convolution.inputChannelsPerGroup
        extent = convolution.kernel
        self.input = input
        return
      case .input, .constant, .transposedConvolution, .linear, .activation, .pool, .globalPool, .concatenate, .combine,
        .localResponseNormalization, .softmax:
        break
      }
    }
    throw InputError(.data, "no convolution reads the image itself, so there are no filters to be shown")
  }

  /// All filters on one sheet.
  ///
  /// - Parameter side: of a tile at most, where filters are smaller.
  public func sheet(tileSide side: Int = 48) -> Image {
    let area = extent.area, size = channels * area
    let factor = max(1, side / max(extent.height, extent.width))
    let pictures = isColour ? count : count * channels
    let columns = min(16, max(1, Int(Double(pictures).squareRoot().rounded(.up))))
    var sheet = PictureSheet(
      columnCount: isColour ? columns : max(columns / channels, 1) * channels, tileHeight: extent.height * factor,
      tileWidth: extent.width * factor)
    for filter in 0..<count {
      let own = Array(weights[filter * size..<(filter + 1) * size])
      let limit = own.reduce(0) { max($0, abs($1)) }
      if isColour {
        // A brighter input pixel is a larger value times its slope: the picture that the filter responds to.
        sheet.append(
          SignedPicture.image(input.pullBack(own), channels: 3, height: extent.height, width: extent.width)
            .enlarged(factor))
      } else {
        for channel in 0..<channels {
          sheet.append(
            SignedPicture.image(
              Array(own[channel * area..<(channel + 1) * area]), channels: 1, height: extent.height,
              width: extent.width, limit: limit
            ).enlarged(factor))
        }
      }
    }
    return sheet.image
  }

  /// One row a weight: `filter,channel,row,column,weight`.
  public var table: String {
    var text = "filter,channel,row,column,weight\n"
    var place = 0
    for filter in 0..<count {
      for channel in 0..<channels {
        for row in 0..<extent.height {
          for column in 0..<extent.width {
            text += "\(layer):\(filter),\(channel),\(row),\(column),\(weights[place])\n"
            place += 1
          }
        }
      }
    }
    return text
  }
}
