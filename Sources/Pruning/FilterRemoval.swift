/// A filter that is to be taken out, and what its output becomes.
public struct FilterRemoval: Sendable, Hashable {
  /// The convolution or linear layer, by its place in the network.
  public let node: Int
  public let channel: Int
  /// What the filter's ``Networks/ActivationSite`` holds from now on; never ``ChannelValue/varying``.
  public let value: ChannelValue

  public init(node: Int, channel: Int, value: ChannelValue) {
    self.node = node
    self.channel = channel
    self.value = value
  }
}

/// Why a removed filter still has a place in the pruned network. It has no weights there, only what its output became.
public enum KeptReason: Sendable, Hashable {
  /// The node adds it to, or normalizes it with, channels that other filters fill.
  case place(reader: String)
  /// Its group has other filters, and groups are of one size.
  case group
  /// It is tied to a channel of its input that something else reads.
  case input
  /// It is one of the network's outputs.
  case output
}
