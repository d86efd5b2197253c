"""Writes Tests/ImagesTests/Goldens.swift: small files and results made with Pillow and NumPy.

Usage: python3 scripts/goldens/images.py > Tests/ImagesTests/Goldens.swift   (needs pillow and numpy)
"""
import base64, io, struct, textwrap, zlib
import numpy as np
from PIL import Image


def pattern(width, height, channels):
    """The picture that the tests compute by the same formula."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    return ((x * 7 + y * 13 + c * 29 + x * y * (c + 1)) % 256).astype(np.uint8)


def smooth(width, height, channels):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    return ((x * 9 + y * 5 + c * 40) % 256).astype(np.uint8)


def jpeg(array, mode, **options):
    stream = io.BytesIO()
    Image.fromarray(array if array.shape[2] > 1 else array[:, :, 0], mode).save(stream, "JPEG", quality=90, **options)
    return stream.getvalue()


def pixels(data, mode):
    return np.asarray(Image.open(io.BytesIO(data)).convert(mode)).tobytes()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, depth, colour, rows, extra=b"", interlaced=0):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


def plain_rows(array):
    return b"".join(b"\0" + row.tobytes() for row in array)


def adam7_rows(array):
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    return b"".join(plain_rows(array[y0::dy, x0::dx]) for x0, y0, dx, dy in passes if array[y0::dy, x0::dx].size)


def npy(array, **options):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, **options)
    return stream.getvalue()


def npz(save, **arrays):
    stream = io.BytesIO()
    save(stream, **arrays)
    return stream.getvalue()


goldens = {}
size = (13, 11)
colour = jpeg(smooth(*size, 3), "RGB", subsampling=2)
progressive = jpeg(smooth(*size, 3), "RGB", progressive=True, subsampling=1)
grey = jpeg(smooth(*size, 1), "L")
cmyk = jpeg(smooth(*size, 4), "CMYK")
marker = cmyk.index(b"Adobe") + 11
assert cmyk[marker] == 0
ycck = cmyk[:marker] + b"\2" + cmyk[marker + 1:]
for name, data, mode in [("colour", colour, "RGB"), ("progressive", progressive, "RGB"), ("grey", grey, "L"),
                         ("cmyk", cmyk, "RGB"), ("ycck", ycck, "RGB")]:
    goldens[f"{name}JPEG"] = data
    goldens[f"{name}JPEGPixels"] = pixels(data, mode)

for width, height in [(8, 6), (40, 30), (23, 9), (11, 17), (1, 1), (3, 40)]:
    image = Image.fromarray(pattern(23, 17, 3)).resize((width, height), Image.Resampling.BILINEAR)
    goldens[f"resized{width}x{height}"] = np.asarray(image).tobytes()
image = Image.fromarray(pattern(97, 61, 1)[:, :, 0]).resize((10, 7), Image.Resampling.BILINEAR)
goldens["greyResized10x7"] = np.asarray(image).tobytes()
goldens["greyOfPattern"] = np.asarray(Image.fromarray(pattern(23, 17, 3)).convert("L")).tobytes()

base = pattern(9, 10, 3)
wide = base.astype(np.uint16) * 257 - (base > 200) * 100
goldens["rgb16PNG"] = png(9, 10, 16, 2, plain_rows(wide.astype(">u2")), chunk(b"gAMA", struct.pack(">I", 100000)))
goldens["rgb16PNGPixels"] = np.round(wide / 257).astype(np.uint8).tobytes()
goldens["interlacedPNG"] = png(9, 10, 8, 2, adam7_rows(base), interlaced=1)
alpha = np.concatenate([base, pattern(9, 10, 4)[:, :, 3:]], axis=2)
goldens["rgbaPNG"] = png(9, 10, 8, 6, plain_rows(alpha))
opacity = alpha[:, :, 3:].astype(int)
goldens["rgbaPNGPixels"] = ((2 * (base * opacity + 255 * (255 - opacity)) + 255) // 510).astype(np.uint8).tobytes()
goldens["greyAlphaPNG"] = png(9, 10, 8, 4, plain_rows(np.ascontiguousarray(alpha[:, :, [0, 3]])))
goldens["greyAlphaPNGPixels"] = (
    (2 * (base[:, :, :1] * opacity + 255 * (255 - opacity)) + 255) // 510).astype(np.uint8).tobytes()
goldens["grey2BitPNG"] = png(4, 2, 2, 0, b"\0" + bytes([0b00011011]) + b"\0" + bytes([0b11100100]))
goldens["grey1BitPNG"] = png(8, 1, 1, 0, b"\0" + bytes([0b10110001]))
palette = chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0, 0, 0, 255])) + chunk(b"tRNS", bytes([255, 0]))
goldens["palettePNG"] = png(4, 1, 8, 3, b"\0" + bytes([0, 1, 2, 0]), palette)

array = np.arange(24).reshape(2, 3, 4)
goldens["int16NPY"] = npy((array - 12).astype("<i2"))
goldens["uint8FortranNPY"] = npy(np.asfortranarray(array.astype("u1")))
goldens["float64BigEndianNPY"] = npy((array / 8 - 1).astype(">f8"))
goldens["float16NPY"] = npy(np.array([0, 1.5, -2, 65504, 6e-8, 6.1e-5, np.inf, -np.inf], "<f2"))
goldens["version2NPY"] = npy(array.astype("<f4"), version=(2, 0))
goldens["version3NPY"] = npy(np.array([True, False]), version=(3, 0))
goldens["scalarNPY"] = npy(np.array(-7, "<i8"))
goldens["storedNPZ"] = npz(np.savez, images=pattern(5, 4, 3)[None], labels=np.array([3]))
many = np.stack([pattern(5, 4, 3).transpose(2, 0, 1), 255 - pattern(5, 4, 3).transpose(2, 0, 1)])
goldens["compressedNPZ"] = npz(np.savez_compressed, x_test=many.astype("<f4") / 255, y_test=np.array([0, 1], "u1"))

print("// Made by scripts/goldens/images.py; do not edit.")
print("// swift-format-ignore-file")
print("\n/// Small files and results made with Pillow and NumPy, as base64.")
print("enum Goldens {")
for name, data in goldens.items():
    print(f'  static let {name} = """')
    print(textwrap.indent("\\\n".join(textwrap.wrap(base64.b64encode(data).decode(), 110)), "    "))
    print('    """')
print("}")
