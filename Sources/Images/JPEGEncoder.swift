import CTurboJPEG
import InputErrors

/// Writes images as JPEG, with loss: for pages that hold many photographs.
public enum JPEGEncoder {
  /// The bytes of a baseline JPEG file, colours at full resolution.
  ///
  /// - Parameter quality: 1, the smallest file, to 100.
  /// - Throws: ``InputErrors/InputError`` (cannotWrite) when the library refuses the image, which only its size can cause.
  public static func encode(_ image: Image, quality: Int = 90) throws(InputError) -> [UInt8] {
    precondition((1...100).contains(quality), "a quality of 1 to 100")
    guard let handle = tjInitCompress() else {
      throw InputError(
        .cannotWrite, "the JPEG encoder does not start", found: String(cString: tjGetErrorStr2(nil)))
    }
    defer { tjDestroy(handle) }
    let subsampling = CInt((image.colour == .grey ? TJSAMP_GRAY : TJSAMP_444).rawValue)
    let format = CInt((image.colour == .grey ? TJPF_GRAY : TJPF_RGB).rawValue)
    var target: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    defer { tjFree(target) }
    let status = image.pixels.withUnsafeBufferPointer { pixels in
      tjCompress2(
        handle, pixels.baseAddress, CInt(image.width), 0, CInt(image.height), format, &target, &size, subsampling,
        CInt(quality), 0)
    }
    guard status == 0, let target else {
      throw InputError(
        .cannotWrite, "the image cannot be encoded as JPEG", found: String(cString: tjGetErrorStr2(handle)))
    }
    return Array(UnsafeBufferPointer(start: target, count: Int(size)))
  }
}
