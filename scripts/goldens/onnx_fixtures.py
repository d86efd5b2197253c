#!/usr/bin/env python3
"""Writes the small ONNX files of ModelFormatsTests and ONNX Runtime's outputs for them.

Each case is NAME.onnx and NAME.golden: the elements of one image (channels first), then those of the output, as
32-bit floats. Needs numpy, onnx and onnxruntime, and torch for the exported modules:

    python3 scripts/goldens/onnx_fixtures.py Tests/Fixtures/onnx
"""
import io
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
random = np.random.default_rng(1)


def weights(*shape, scale=1.0):
    return (random.integers(-8, 9, shape) / 8 * scale).astype(np.float32)


def node(kind, inputs, outputs, name=None, **attributes):
    return helper.make_node(kind, inputs.split(), outputs.split(), name=name or "", **attributes)


def save(name, nodes, constants, image=(2, 5, 6), output="y", opset=13, batch="N", last=False, extents=None):
    """`last`: the file's images have their channels last. `extents`: the input's extents when they are no image's."""
    shape = list(extents or (image[1:] + image[:1] if last else image))
    initializers = [
        v if isinstance(v, onnx.TensorProto) else numpy_helper.from_array(np.asarray(v), k)
        for k, v in constants.items()
    ]
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch] + shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 4 if opset < 15 else 8
    model.producer_name = ""
    try:
        finish(name, model.SerializeToString(), image, batch, last, shape)
    except Exception as error:
        print(name, "refused by ONNX Runtime:", str(error).splitlines()[0])


def finish(name, data, image, batch="N", last=False, shape=None, output=None):
    size = batch if isinstance(batch, int) else 1
    x = (random.integers(-16, 17, (size,) + tuple(image)) / 8).astype(np.float32)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(data, options)
    feed = np.moveaxis(x, 1, -1) if last else x
    if shape is not None:
        feed = feed.reshape([size] + list(shape))
    y = session.run(output, {session.get_inputs()[0].name: np.ascontiguousarray(feed)})[0]
    per_image = y.size // size
    golden = np.concatenate([x.ravel()[: x.size // size], y.ravel()[:per_image]]).astype("<f4")
    with open(os.path.join(folder, name + ".onnx"), "wb") as file:
        file.write(data)
    golden.tofile(os.path.join(folder, name + ".golden"))


I64 = lambda *values: np.array(values, dtype=np.int64)
F32 = lambda *values: np.array(values, dtype=np.float32)

# Convolutions
w, b = weights(4, 2, 3, 3), weights(4)
save("conv_pads", [node("Conv", "x w b", "y", "conv", pads=[1, 0, 2, 1], strides=[2, 1])], {"w": w, "b": b})
save("conv_dilated", [node("Conv", "x w", "y", dilations=[2, 1], pads=[2, 1, 2, 1])], {"w": w})
save("conv_same_upper", [node("Conv", "x w", "y", auto_pad="SAME_UPPER", strides=[2, 2])], {"w": w})
save("conv_same_lower", [node("Conv", "x w", "y", auto_pad="SAME_LOWER", strides=[2, 2])], {"w": w})
save("conv_valid", [node("Conv", "x w", "y", auto_pad="VALID", strides=[2, 2])], {"w": w})
save("conv_groups", [node("Conv", "x w", "y", group=2)], {"w": weights(6, 2, 2, 2)}, image=(4, 4, 4))
save("conv_depthwise", [node("Conv", "x w", "y", group=4, pads=[1, 1, 1, 1])], {"w": weights(8, 1, 3, 3)}, image=(4, 4, 4))
save("conv_batch_fixed", [node("Conv", "x w", "y")], {"w": w}, batch=3)
t = weights(2, 3, 3, 3)
save("deconv", [node("ConvTranspose", "x w b", "y", strides=[2, 2], pads=[1, 0, 1, 1], output_padding=[1, 0])], {"w": t, "b": weights(3)})
save("deconv_same_upper", [node("ConvTranspose", "x w", "y", strides=[2, 2], auto_pad="SAME_UPPER")], {"w": t})
save("deconv_same_lower", [node("ConvTranspose", "x w", "y", strides=[2, 2], auto_pad="SAME_LOWER")], {"w": t})
save("deconv_shape", [node("ConvTranspose", "x w", "y", strides=[2, 2], output_shape=[10, 12])], {"w": t})
save("deconv_groups", [node("ConvTranspose", "x w", "y", group=2, dilations=[2, 1])], {"w": weights(2, 2, 2, 3)})

# Normalization and activations
bn = {"s": weights(2), "o": weights(2), "m": weights(2), "v": np.abs(weights(2)) + F32(0.5)}
save("batchnorm", [node("BatchNormalization", "x s o m v", "y", epsilon=1e-3)], bn)
save("batchnorm_opset7", [node("BatchNormalization", "x s o m v", "y")], bn, opset=7)
save("batchnorm_vector", [node("BatchNormalization", "x s o m v", "y")], bn, image=(2,))
for name, kind, attributes, opset in [
    ("relu", "Relu", {}, 13), ("leakyrelu", "LeakyRelu", {"alpha": 0.25}, 13), ("leakyrelu_default", "LeakyRelu", {}, 7),
    ("elu", "Elu", {"alpha": 0.5}, 13), ("sigmoid", "Sigmoid", {}, 13), ("tanh", "Tanh", {}, 13),
    ("hardswish", "HardSwish", {}, 14), ("hardsigmoid", "HardSigmoid", {"alpha": 0.25, "beta": 0.25}, 13),
    ("hardsigmoid_default", "HardSigmoid", {}, 13), ("clip_attributes", "Clip", {"min": -0.5, "max": 1.0}, 7),
    ("clip_min_attribute", "Clip", {"min": 0.0}, 9), ("lrn", "LRN", {"size": 3, "alpha": 0.5, "beta": 0.6, "bias": 2.0}, 13),
    ("lrn_default", "LRN", {"size": 5}, 13), ("neg", "Neg", {}, 13),
]:
    save(name, [node(kind, "x", "y", **attributes)], {}, image=(4, 3, 2), opset=opset)
save("clip_inputs", [node("Clip", "x l h", "y")], {"l": np.float32(-1), "h": np.float32(0.5)})
save("clip_upper", [helper.make_node("Clip", ["x", "", "h"], ["y"])], {"h": np.float32(0.5)})
save("min_max", [node("Min", "x h", "a"), node("Max", "l a", "y")], {"h": np.float32(0.5), "l": F32(-0.75)})
save("prelu_channels", [node("PRelu", "x s", "y")], {"s": weights(2, 1, 1)})
save("prelu_one", [node("PRelu", "x s", "y")], {"s": F32(0.3)})

# Pooling
for name, attributes, opset in [
    ("max", {}, 13), ("max_ceil", {"ceil_mode": 1}, 13), ("max_pads_ceil", {"pads": [1, 0, 0, 1], "ceil_mode": 1}, 13),
    ("max_dilated", {"dilations": [2, 2], "strides": [1, 1]}, 13), ("max_same_upper", {"auto_pad": "SAME_UPPER"}, 13),
    ("max_same_lower", {"auto_pad": "SAME_LOWER"}, 13), ("max_opset8", {}, 8),
]:
    save("pool_" + name, [node("MaxPool", "x", "y", **{"kernel_shape": [2, 2], "strides": [2, 2], **attributes})], {}, image=(2, 5, 7), opset=opset)
for name, attributes, opset in [
    ("average", {}, 13), ("average_pads", {"pads": [1, 1, 0, 1]}, 13),
    ("average_counts", {"pads": [1, 1, 0, 1], "count_include_pad": 1}, 13), ("average_ceil", {"ceil_mode": 1}, 13),
    ("average_ceil_counts", {"ceil_mode": 1, "count_include_pad": 1, "pads": [1, 1, 1, 1]}, 19),
    ("average_ceil_pads", {"ceil_mode": 1, "pads": [1, 1, 1, 1]}, 19),
    ("average_same", {"auto_pad": "SAME_UPPER"}, 13), ("average_dilated", {"dilations": [2, 1], "strides": [1, 1]}, 19),
]:
    save("pool_" + name, [node("AveragePool", "x", "y", **{"kernel_shape": [3, 2], "strides": [2, 2], **attributes})], {}, image=(2, 6, 7), opset=opset)
save("globalaverage", [node("GlobalAveragePool", "x", "y")], {})
save("globalmax", [node("GlobalMaxPool", "x", "y")], {})
save("reducemean", [node("ReduceMean", "x", "y", axes=[2, 3])], {})
save("reducemean_flat", [node("ReduceMean", "x", "y", axes=[-1, -2], keepdims=0)], {})
save("reducemean_input", [node("ReduceMean", "x a", "y", keepdims=0)], {"a": I64(2, 3)}, opset=18)
save("reducemax", [node("ReduceMax", "x", "y", axes=[2, 3])], {})

# Arithmetic
c, full = weights(2, 1, 1), weights(1, 2, 5, 6)
for kind in ["Add", "Sub", "Mul", "Div"]:
    lower = kind.lower()
    save(lower + "_channels", [node(kind, "x c", "y")], {"c": c + F32(1.5)})
    save(lower + "_channels_first", [node(kind, "c x", "y") if kind != "Div" else node("Div", "c z", "y")] if kind != "Div" else [node("Add", "x k", "z"), node("Div", "c z", "y")], {"c": c, "k": F32(5)} if kind == "Div" else {"c": c})
    save(lower + "_scalar", [node(kind, "x c", "y")], {"c": np.float32(0.75)})
    save(lower + "_full", [node(kind, "x c", "y")], {"c": np.abs(full) + F32(0.5)})
    save(lower + "_images", [node("Sigmoid", "x", "s"), node(kind, "x s", "y")], {})
save("sub_full_first", [node("Sub", "c x", "y")], {"c": full})
save("mul_add_merge", [node("Mul", "x s", "m", "scale"), node("Add", "m b", "y", "shift")], {"s": c, "b": weights(2, 1, 1)})
save("mul_add_apart", [node("Mul", "x s", "m", "scale"), node("Add", "m b", "a", "shift"), node("Add", "a m", "y")], {"s": c, "b": weights(2, 1, 1)})
save("add_row", [node("Add", "x c", "y")], {"c": weights(6)})
save("add_broadcasts_map", [node("GlobalMaxPool", "x", "g"), node("Add", "g c", "y")], {"c": full})
save("gate", [node("GlobalAveragePool", "x", "g"), node("Sigmoid", "g", "s"), node("Mul", "s x", "y")], {})
save("sum_three", [node("Relu", "x", "r"), node("Tanh", "x", "t"), node("Sum", "x r t", "y")], {})
save("sum_one", [node("Sum", "x", "y")], {})
save("sum_constant", [node("Sum", "x c", "y")], {"c": c})

# Parts
save("concat", [node("Relu", "x", "r"), node("Concat", "x r x", "y", axis=1)], {})
save("concat_negative_axis", [node("Concat", "x x", "y", axis=-3)], {})
save("concat_constant", [node("Concat", "x c", "y", axis=1)], {"c": full}, batch=1)
save("concat_vectors", [node("GlobalMaxPool", "x", "a"), node("Reshape", "a s", "b"), node("Concat", "b b", "y", axis=2)], {"s": I64(0, 1, 2)})
save("slice_attributes", [node("Slice", "x", "y", starts=[1, -3], ends=[2, 2147483647], axes=[1, 2])], {}, opset=9)
save("slice_inputs", [node("Slice", "x s e a t", "y")], {"s": I64(-1, 1), "e": I64(-9223372036854775807, 9223372036854775807), "a": I64(3, 2), "t": I64(-2, 2)})
save("slice_batch", [node("Slice", "x s e", "y")], {"s": I64(0, 1, 0, 0), "e": I64(2147483647, 2, 4, 5)})
save("split_equal", [node("Split", "x", "a b", axis=1), node("Sub", "a b", "y")], {})
save("split_sizes", [node("Split", "x s", "a b", axis=3), node("MaxPool", "b", "y", kernel_shape=[2, 2])], {"s": I64(2, 4)})
save("gather_channel", [node("Gather", "x i", "g", axis=1), node("Unsqueeze", "g a", "y")], {"i": np.int64(1), "a": I64(1)})
save("gather_list", [node("Gather", "x i", "y", axis=1)], {"i": I64(1, 0)})
save("transform_input", [n for i in range(3) for n in [
    node("Gather", f"x i{i}", f"g{i}", axis=1), node("Unsqueeze", f"g{i} a", f"u{i}"), node("Mul", f"u{i} s", f"m{i}"),
    node("Add", f"m{i} b", f"t{i}")]] + [node("Concat", "t0 t1 t2", "y", axis=1)],
    {"i0": np.int64(0), "i1": np.int64(1), "i2": np.int64(2), "a": I64(1), "s": np.float32(0.458), "b": np.float32(-0.03)}, image=(3, 4, 3))
save("pad_attributes", [node("Pad", "x", "y", pads=[0, 0, 1, 2, 0, 0, 0, 1], value=0.5)], {}, opset=9)
save("pad_inputs", [node("Pad", "x p v", "y")], {"p": I64(0, 1, 1, 0, 0, 2, 0, 1), "v": np.float32(-1)})
save("pad_reflect", [node("Pad", "x p", "y", mode="reflect")], {"p": I64(0, 0, 2, 1, 0, 0, 1, 3)})
save("pad_edge", [node("Pad", "x p", "y", mode="edge")], {"p": I64(0, 0, 2, 1, 0, 0, 1, 3)})
save("pad_axes", [helper.make_node("Pad", ["x", "p", "", "a"], ["y"])], {"p": I64(1, 0, 2, 1), "a": I64(-1, 2)}, opset=18)
save("pad_crop", [node("Pad", "x p", "y")], {"p": I64(0, 0, -1, 1, 0, 0, 0, -2)})

# Shapes
save("flatten", [node("Flatten", "x", "y")], {})
save("flatten_axis_0", [node("Flatten", "x", "y", axis=0)], {}, batch=1)
save("reshape_minus_one", [node("Reshape", "x s", "y")], {"s": I64(-1, 60)})
save("reshape_zero", [node("Reshape", "x s", "y")], {"s": I64(0, 0, -1)})
save("reshape_batch_fixed", [node("Reshape", "x s", "y")], {"s": I64(3, 60)}, batch=3)
save("reshape_allowzero", [node("Reshape", "x s", "y", allowzero=1)], {"s": I64(-1, 2, 30)}, opset=14)
save("reshape_constant", [node("Constant", "", "s", value_ints=[0, -1]), node("Reshape", "x s", "y")], {})
save("squeeze_attributes", [node("GlobalMaxPool", "x", "g"), node("Squeeze", "g", "y", axes=[2, 3])], {}, opset=11)
save("squeeze_input", [node("GlobalMaxPool", "x", "g"), node("Squeeze", "g a", "y")], {"a": I64(-1, -2)})
save("squeeze_all", [node("GlobalMaxPool", "x", "g"), node("Squeeze", "g", "s"), node("MatMul", "s w", "y")], {"w": weights(2, 3)}, batch=1)
save("unsqueeze", [node("Unsqueeze", "x a", "u"), node("Conv", "u w", "y")], {"a": I64(2, 3), "w": weights(3, 4, 1, 1)}, image=(4,))
save("dynamic_flatten", [
    node("Shape", "x", "s"), node("Gather", "s zero", "n"), node("Unsqueeze", "n", "u", axes=[0]),
    node("Constant", "", "m", value=numpy_helper.from_array(I64(-1))), node("Concat", "u m", "t", axis=0),
    node("Reshape", "x t", "y")], {"zero": np.int64(0)}, opset=11)
save("dynamic_shape_arithmetic", [
    node("Shape", "x", "s"), node("Slice", "s one four", "d"), node("ReduceProd", "d", "p", keepdims=1), node("Cast", "p", "f", to=1),
    node("Div", "f two", "h"), node("Floor", "h", "g"), node("Cast", "g", "i", to=7), node("ConstantOfShape", "k", "m", value=numpy_helper.from_array(I64(-1))),
    node("Concat", "z m i", "t", axis=0), node("Reshape", "x t", "y")],
    {"one": I64(1), "four": I64(4), "two": F32(2), "k": I64(1), "z": I64(0)})
save("shape_range", [
    node("Shape", "x", "s", start=1, end=-1), node("Squeeze", "q", "c"), node("Gather", "s c", "h"), node("Unsqueeze", "h z", "u"),
    node("Concat", "b u m", "t", axis=0), node("Reshape", "x t", "y")],
    {"q": I64(0), "z": I64(0), "b": I64(0), "m": I64(-1)}, opset=15)
save("expand_where", [
    node("Equal", "s m", "e"), node("ConstantOfShape", "r", "o", value=numpy_helper.from_array(I64(1))), node("Where", "e o s", "t"),
    node("Expand", "c t", "d"), node("Add", "x d", "y")], {"s": I64(-1, 2, 5, -1), "m": I64(-1), "r": I64(4), "c": weights(1, 2, 1, 1)})

# Fully connected
fc, fb = weights(60, 3, scale=0.25), weights(3)
save("gemm", [node("Flatten", "x", "f"), node("Gemm", "f w b", "y", alpha=0.5, beta=2.0)], {"w": fc, "b": fb})
save("gemm_transposed", [node("Flatten", "x", "f"), node("Gemm", "f w b", "y", transB=1)], {"w": np.ascontiguousarray(fc.T), "b": fb})
save("gemm_scalar_bias", [node("Flatten", "x", "f"), node("Gemm", "f w b", "y")], {"w": fc, "b": np.float32(0.5)})
save("gemm_no_bias", [node("Flatten", "x", "f"), node("Gemm", "f w", "y", transB=1)], {"w": np.ascontiguousarray(fc.T)})
save("matmul_add", [node("Flatten", "x", "f"), node("MatMul", "f w", "m"), node("Add", "m b", "y")], {"w": fc, "b": fb})
save("matmul_weight_reshaped", [node("Reshape", "p s", "w"), node("Reshape", "x q", "f"), node("MatMul", "f w", "y")],
     {"p": fc.reshape(2, 5, 6, 3), "s": I64(60, 3), "q": I64(1, 60)}, batch=1)
save("matmul_rank_3", [node("Reshape", "x s", "f"), node("MatMul", "f w", "y")], {"s": I64(0, 1, 60), "w": fc[None]})
save("softmax_old", [node("Softmax", "x", "y")], {}, opset=11)
save("softmax_old_map", [node("Softmax", "x", "y", axis=1)], {}, image=(5, 1, 1), opset=7)
save("softmax_channels", [node("Softmax", "x", "y", axis=1)], {})
save("softmax_vector", [node("Softmax", "x", "y")], {}, image=(7,))
save("logsoftmax", [node("LogSoftmax", "x", "y", axis=-1)], {}, image=(7,))
save("dropout_opset7", [helper.make_node("Dropout", ["x"], ["y", "mask"], ratio=0.25)], {}, opset=7)
save("dropout_opset13", [node("Dropout", "x r t", "y")], {"r": np.float32(0.5), "t": np.bool_(False)})
save("identity_cast", [node("Identity", "x", "i"), node("Cast", "i", "y", to=1)], {})

# Channels last, as exporters of other frameworks write them
save("last_conv", [
    node("Sub", "x m", "c"), node("Transpose", "c", "t", perm=[0, 3, 1, 2]), node("Conv", "t w", "v", pads=[1, 1, 1, 1]),
    node("Relu", "v", "r"), node("Transpose", "r", "l", perm=[0, 2, 3, 1]), node("Add", "l b", "a"),
    node("Transpose", "a", "u", perm=[0, 3, 1, 2]), node("MaxPool", "u", "p", kernel_shape=[2, 2]),
    node("Transpose", "p", "q", perm=[0, 2, 3, 1]), node("Reshape", "q s", "f"), node("MatMul", "f d", "y")],
    {"m": weights(2), "w": weights(3, 2, 3, 3), "b": weights(3), "s": I64(-1, 60), "d": weights(60, 4, scale=0.25)}, last=True)
save("last_mean", [
    node("Transpose", "x", "t", perm=[0, 3, 1, 2]), node("Conv", "t w", "v"), node("Transpose", "v", "l", perm=[0, 2, 3, 1]),
    node("ReduceMean", "l", "r", axes=[1, 2], keepdims=0), node("Gemm", "r d", "g"), node("Softmax", "g", "y")],
    {"w": weights(3, 2, 3, 3), "d": weights(3, 4)}, last=True)
save("last_flat_chain", [
    node("Transpose", "x", "t", perm=[0, 3, 1, 2]), node("Conv", "t w", "v"), node("Transpose", "v", "l", perm=[0, 2, 3, 1]),
    node("Flatten", "l", "f"), node("Add", "f b", "a"), node("Relu", "a", "r"), node("Gemm", "r d", "y", transB=1)],
    {"w": weights(3, 2, 3, 3), "b": weights(36), "d": weights(4, 36, scale=0.25)}, last=True)
save("last_concat_gate", [
    node("Transpose", "x", "t", perm=[0, 3, 1, 2]), node("Conv", "t w", "v"), node("Transpose", "v", "l", perm=[0, 2, 3, 1]),
    node("Sigmoid", "l", "s"), node("Concat", "l s", "k", axis=3), node("ReduceMean", "k", "m", axes=[1, 2], keepdims=1),
    node("Mul", "k m", "g"), node("Pad", "g p", "e"), node("Slice", "e b n a", "d"), node("Softmax", "d", "z", axis=-1),
    node("Transpose", "z", "y", perm=[0, 3, 1, 2])],
    {"w": weights(3, 2, 3, 3), "p": I64(0, 1, 0, 0, 0, 0, 1, 0), "b": I64(1), "n": I64(5), "a": I64(3)}, last=True)
save("last_pointwise_matmul", [
    node("Transpose", "x", "t", perm=[0, 3, 1, 2]), node("Relu", "t", "r"), node("Transpose", "r", "l", perm=[0, 2, 3, 1]),
    node("MatMul", "l w", "m"), node("Transpose", "m", "y", perm=[0, 3, 1, 2])], {"w": weights(2, 3)}, last=True)
save("last_unit_positions", [
    node("GlobalAveragePool", "x", "g"), node("Transpose", "g", "l", perm=[0, 2, 3, 1]), node("Reshape", "l s", "f"),
    node("Gemm", "f d", "y")], {"s": I64(-1, 2), "d": weights(2, 3)})
save("grey_matrices", [node("Unsqueeze", "x a", "u"), node("Conv", "u w", "y")], {"a": I64(1), "w": weights(2, 1, 2, 2)}, image=(1, 5, 4), extents=[5, 4])

# Tensor types and fields
save("types_fields", [
    node("Conv", "x w", "c"), node("Add", "c h", "d"), node("Mul", "d k", "e"), node("Sub", "e l", "y")],
    {"w": helper.make_tensor("w", TensorProto.FLOAT, [2, 2, 1, 1], [0.5, -1, 2, 0.25]), "h": F32(0.5), "k": F32(1.5), "l": F32(0.125)})
half = helper.make_tensor("h", TensorProto.FLOAT16, [2, 1, 1], np.array([0.333, -6e-6], np.float16).tobytes(), raw=True)
brain = helper.make_tensor("k", TensorProto.BFLOAT16, [2, 1, 1], [0.3333, -2.0])
save("types_cast", [
    node("Cast", "h", "h32", to=1), node("Cast", "k", "k32", to=1), node("Cast", "d", "d32", to=1), node("Cast", "i", "i32", to=1),
    node("Add", "x h32", "a"), node("Mul", "a k32", "b"), node("Sub", "b d32", "c"), node("Mul", "c i32", "y")],
    {"h": half, "k": brain, "d": np.array(0.1, np.float64), "i": np.array(3, np.int8)})
old = helper.make_graph(
    [node("Conv", "x w", "y", "conv")], "old", [helper.make_tensor_value_info("w", TensorProto.FLOAT, [1, 2, 2, 2]), helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2, 5, 6])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], [numpy_helper.from_array(weights(1, 2, 2, 2), "w")])
model = helper.make_model(old, opset_imports=[helper.make_opsetid("", 7)])
model.ir_version = 3
session_input = (2, 5, 6)
x = (random.integers(-16, 17, (1,) + session_input) / 8).astype(np.float32)
y = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})[0]
with open(os.path.join(folder, "inputs_with_weights.onnx"), "wb") as file:
    file.write(model.SerializeToString())
np.concatenate([x.ravel(), y.ravel()]).astype("<f4").tofile(os.path.join(folder, "inputs_with_weights.golden"))

# Modules exported by PyTorch
try:
    import torch
except ImportError:
    sys.exit("torch is absent: the exported modules are left as they are")


class Residual(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(2, 4, 3, padding=1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(4)
        self.conv2 = torch.nn.Conv2d(4, 4, 3, padding=1, groups=2)
        self.pool = torch.nn.AdaptiveAvgPool2d(1)
        self.fc = torch.nn.Linear(4, 3)

    def forward(self, x):
        x = torch.nn.functional.relu6(self.bn1(self.conv1(x)))
        x = torch.nn.functional.relu(self.conv2(x) + x)
        return torch.log_softmax(self.fc(torch.flatten(self.pool(x), 1)), 1)


class Dense(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 3, 3)
        self.norm = torch.nn.BatchNorm2d(5)
        self.last = torch.nn.Linear(5 * 2 * 2, 3)

    def forward(self, x):
        y = torch.cat([torch.nn.functional.pad(self.conv(x), (1, 1, 1, 1)), x], 1)
        y = torch.nn.functional.hardswish(self.norm(y))
        y = torch.nn.functional.avg_pool2d(torch.nn.functional.dropout(y, training=False), 2, ceil_mode=True)[:, :, :2, -2:]
        return self.last(y.reshape(y.size(0), -1))


class Gate(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 4, 3, stride=2)
        self.gate = torch.nn.Conv2d(4, 4, 1)
        self.head = torch.nn.Linear(4, 3)

    def forward(self, x):
        a = x[:, 0].unsqueeze(1) * (0.229 / 0.5) + (0.485 - 0.5) / 0.5
        x = torch.cat((a, x[:, 1:2]), 1)
        x = torch.nn.functional.hardtanh(self.conv(x), -1, 1)
        x = x * torch.nn.functional.hardsigmoid(self.gate(x.mean((2, 3), keepdim=True)))
        x = torch.nn.functional.max_pool2d(x, 3, 2, padding=1, ceil_mode=True)
        return self.head(x.mean([2, 3]).view(x.shape[0], x.shape[1]))


torch.manual_seed(1)
for module in [Residual(), Dense(), Gate()]:
    module.eval()
    for buffer in module.buffers():
        if buffer.dtype == torch.float32:
            buffer.copy_(torch.rand_like(buffer) + 0.5)
    for exporter, opset, fold in [("script", 11, False), ("script", 17, True), ("export", 18, True)]:
        name = f"torch_{type(module).__name__.lower()}_{exporter}_{opset}"
        buffer = io.BytesIO()
        image = (2, 5, 6)
        try:
            if exporter == "script":
                torch.onnx.export(
                    module, (torch.zeros(1, *image),), buffer, opset_version=opset, dynamo=False, do_constant_folding=fold,
                    input_names=["x"], output_names=["y"], dynamic_axes={"x": {0: "N"}, "y": {0: "N"}})
            else:
                torch.onnx.export(
                    module, (torch.zeros(2, *image),), buffer, opset_version=opset, dynamo=True, input_names=["x"], output_names=["y"],
                    dynamic_shapes=({0: torch.export.Dim("N")},), verbose=False)
        except Exception as error:  # an exporter that is not installed
            print(name, "not exported:", str(error).splitlines()[0])
            continue
        model = onnx.load_from_string(buffer.getvalue())
        for entry in model.graph.node:
            del entry.metadata_props[:]
            entry.doc_string = ""
        del model.graph.value_info[:]
        del model.graph.metadata_props[:]
        finish(name, model.SerializeToString(), image)
print(len([f for f in os.listdir(folder) if f.endswith(".onnx")]), "cases")
