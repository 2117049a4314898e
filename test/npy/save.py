"""Writes numpy.json: arrays as NumPy saves them, as base64, for the tests. Run: python3 test/npy/save.py"""
import base64, io, json, os
import numpy as np
from numpy.lib import format

def saved(array, version=None):
    out = io.BytesIO()
    format.write_array(out, np.asanyarray(array), version=version, allow_pickle=True)
    return base64.b64encode(out.getvalue()).decode()

cube = np.arange(24).reshape(2, 3, 4)
files = {"numpy": np.__version__}
for name in "int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64".split():
    files[name] = saved(cube.astype(name))
    files[f"{name}.big"] = saved(cube.astype(np.dtype(name).newbyteorder(">")))
    files[f"{name}.fortran"] = saved(np.asfortranarray(cube.astype(name)))
files["bool"] = saved(np.array([[True, False], [False, True]]))
files["half"] = saved(np.array([0, -0.0, 1.5, 65504, 6e-8, 6.1e-5, np.inf, -np.inf, np.nan], "float16"))
files["extremes"] = saved(np.array([-(2**63), 2**63 - 1], "int64"))
files["empty"] = saved(np.zeros((0, 3), "float32"))
files["scalar"] = saved(np.float64(2.5))
files["text"] = saved(np.array(["a", "", "ü€😀", "long text"]))
files["text.big"] = saved(np.array(["a", "", "ü€😀", "long text"]).astype(">U9"))
files["bytes"] = saved(np.array([b"ab", b"", b"\xc3\xbc"]))
files["notext"] = saved(np.array([b"ab", b"\xff"]))
files["notext2d"] = saved(np.array([["a"], ["b"]]))
files["dates"] = saved(np.array(["1970-01-02", "1969-12-31"], "datetime64[D]"))
files["v2"] = saved(np.arange(3.0), (2, 0))
files["v3"] = saved(np.arange(3.0), (3, 0))
files["complex"] = saved(np.array([1j]))
files["object"] = saved(np.array([None], "object"))
files["structured"] = saved(np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]))
files["longdouble"] = saved(np.array([1], "longdouble"))
files["big.strided"] = saved(np.asfortranarray(cube.astype(">f4"))[:, ::2])
with open(os.path.join(os.path.dirname(__file__), "numpy.json"), "w") as out:
    json.dump(files, out, indent=1)
    out.write("\n")
