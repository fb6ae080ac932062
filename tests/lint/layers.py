"""Which layer may include what. This is the matrix of docs/ARCHITECTURE.md, as data."""
import c_text

# A layer may include itself, what stands here, and include/smsotp/.
MAY_INCLUDE = {
    "util": "",
    "loop": "util",
    "http": "loop util",
    "at": "util",
    "sms": "util",
    "otp": "util",
    "store": "loop util",
    "modem": "at sms loop util",
    "core": "modem at sms store otp loop util",
    "api": "core http loop util",
    "client": "util",
    "ctl": "otp sms util",
    "sim": "loop util",
    "daemon": "api core modem at sms store otp loop util",
    "smsotp": "",  # include/smsotp/, the public contract
}

# Headers of libraries that only some layers know.
CONFINED = {
    "event2/": "loop",
    "event.h": "",
    "sqlite3.h": "store",
    "libserialport.h": "modem",
    "libudev.h": "modem",
    "curl/": "client",
}


def layer_of(path):
    """src/LAYER/… and include/smsotp/… have a layer; nothing else is judged."""
    parts = path.split("/")
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    return "smsotp" if path.startswith("include/smsotp/") else None


def check_direction(path, text):
    """Includes of ours name their layer and point down."""
    layer = layer_of(path)
    if layer is None:
        return
    if layer not in MAY_INCLUDE:
        yield f"{path}:1: layer {layer} is not in the matrix of tests/lint/layers.py"
        return
    allowed = {layer, "smsotp", *MAY_INCLUDE[layer].split()}
    for line, bracket, included in c_text.includes(text):
        target = included.split("/")[0] if "/" in included else None
        if bracket == '"' and target is None:
            yield f'{path}:{line}: "{included}" does not name its layer'
        elif bracket == '"' and target not in allowed:
            yield f'{path}:{line}: {layer} must not include "{included}"'
        elif bracket == "<" and target in MAY_INCLUDE:
            if target != "smsotp" or layer != "smsotp":
                yield f"{path}:{line}: <{included}> is ours and wants quotes"


def check_confined(path, text):
    """Libraries stay in the layer made for them."""
    layer = layer_of(path)
    for line, _, included in c_text.includes(text) if layer else ():
        for prefix, layers in CONFINED.items():
            if included.startswith(prefix) and layer not in layers.split():
                yield f"{path}:{line}: <{included}> belongs to {layers or 'no layer'} only"
