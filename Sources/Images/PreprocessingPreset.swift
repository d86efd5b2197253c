import InputErrors

/// The named preprocessings.
public enum PreprocessingPreset: String, Sendable, Hashable, CaseIterable {
  /// The torchvision classifiers: shorter side 256, crop 224, RGB, 0…1, ImageNet's mean and standard deviation.
  case imagenet
  /// Caffe's classifiers (SqueezeNet, VGG, …): shorter side 256, crop 224, BGR, 0…255 less 104, 117, 123.
  case imagenetCaffe = "imagenet-caffe"
  /// TensorFlow's and Keras's MobileNets and Inceptions: shorter side 256, crop 224, RGB, −1…1.
  case imagenetTF = "imagenet-tf"
  /// CIFAR-10's own statistics: RGB, 0…1, mean 0.4914, 0.4822, 0.4465, standard deviation 0.2471, 0.2435, 0.2616.
  case cifar10
  /// CIFAR-10 images with ImageNet's statistics, as many CIFAR ResNets were trained: RGB, 0…1.
  case cifar10ImageNet = "cifar10-imagenet"
  /// Grey images of digits or clothes: one channel, 0…1.
  case mnist
  /// The same as ``mnist``: one channel, 0…1.
  case grey
  /// The images of `TextureWorld`: RGB, 0…1, mean 0.5, standard deviation 0.25.
  case world
  /// Samples as stored, 0…255, in the file's own channels.
  case none

  /// The settings behind the name.
  public var preprocessing: Preprocessing {
    let imagenetMean = [0.485, 0.456, 0.406]
    let imagenetDeviation = [0.229, 0.224, 0.225]
    func large(_ channels: Preprocessing.ChannelOrder, _ scale: Double, _ mean: [Double], _ deviation: [Double])
      -> Preprocessing
    {
      Preprocessing(
        valid: .shorterSide(256), crop: .init(width: 224, height: 224), channels: channels, scale: scale, mean: mean,
        standardDeviation: deviation)
    }
    func small(_ channels: Preprocessing.ChannelOrder, _ scale: Double, _ mean: [Double], _ deviation: [Double])
      -> Preprocessing
    {
      Preprocessing(
        valid: .none, crop: nil, channels: channels, scale: scale, mean: mean, standardDeviation: deviation)
    }
    return switch self {
    case .imagenet: large(.rgb, 1.0 / 255, imagenetMean, imagenetDeviation)
    case .imagenetCaffe: large(.bgr, 1, [104, 117, 123], [1])
    case .imagenetTF: large(.rgb, 1, [127.5], [127.5])
    case .cifar10: small(.rgb, 1.0 / 255, [0.4914, 0.4822, 0.4465], [0.2471, 0.2435, 0.2616])
    case .cifar10ImageNet: small(.rgb, 1.0 / 255, imagenetMean, imagenetDeviation)
    case .mnist, .grey: small(.grey, 1.0 / 255, [0], [1])
    case .world: small(.rgb, 1.0 / 255, [0.5], [0.25])
    case .none: small(.stored, 1, [0], [1])
    }
  }
}

extension Preprocessing {
  /// The names of all presets, in the order of the documentation.
  public static var presetNames: [String] { PreprocessingPreset.allCases.map(\.rawValue) }

  /// Samples as stored, 0…255: the preset `none`.
  public static let none = PreprocessingPreset.none.preprocessing

  /// The preset of a name.
  ///
  /// - Throws: ``InputError`` (usage) with the likely name when there is none of that name.
  public static func preset(named name: String) throws -> Preprocessing {
    guard let preset = PreprocessingPreset(rawValue: name) else {
      throw InputError(
        .usage, "there is no preprocessing of that name", at: .init(key: "preprocess"),
        expected: presetNames.joined(separator: ", "), found: "'\(name)'",
        hint: Suggestion.hint(for: name, among: presetNames))
    }
    return preset.preprocessing
  }

  /// The preset of a name, or the settings in a JSON file when the text ends in `.json`.
  ///
  /// - Throws: ``InputError`` as ``preset(named:)`` or ``init(json:file:)``; noInput when the file cannot be read.
  public static func load(presetOrFile text: String) throws -> Preprocessing {
    guard text.lowercased().hasSuffix(".json") else { return try preset(named: text) }
    return try Preprocessing(json: FileBytes.read(text), file: text)
  }
}
