"""The bus of usb.py, a program of its own under umockdev-wrapper, as only such a one can send udev's
events. Reads requests from standard input, one JSON list a line, and answers each with a line."""
import ctypes
import ctypes.util
import json
import os
import sys

TIOCMGET, USBDEVFS_RESET = 0x5415, 0x5514
TAKEN = {0x5416, 0x5417, 0x5418, 0x540c, 0x540d}  # TIOCMBIS, TIOCMBIC, TIOCMSET, TIOCEXCL, TIOCNXCL
LINES_ON = 0x126  # DTR, RTS, CTS
POINTER = ctypes.c_void_p
HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, POINTER, POINTER, POINTER)


class Library:
    """Functions of libumockdev, by their names without the prefix."""

    def __init__(self):
        library = ctypes.CDLL(ctypes.util.find_library("umockdev"))
        text, size, status = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int
        for name, result, *arguments in (
                ("testbed_new", POINTER), ("testbed_get_root_dir", text, POINTER),
                ("testbed_add_from_string", status, POINTER, text, POINTER),
                ("testbed_attach_ioctl", status, POINTER, text, POINTER, POINTER),
                ("testbed_uevent", None, POINTER, text, text),
                ("testbed_remove_device", None, POINTER, text),
                ("ioctl_base_new", POINTER), ("ioctl_client_get_request", ctypes.c_ulong, POINTER),
                ("ioctl_client_get_arg", POINTER, POINTER), ("ioctl_client_get_devnode", text, POINTER),
                ("ioctl_client_complete", None, POINTER, ctypes.c_long, status),
                ("ioctl_data_resolve", POINTER, POINTER, size, size, POINTER),
                ("ioctl_data_update", None, POINTER, size, POINTER, size),
                ("ioctl_data_unref", None, POINTER)):
            function = getattr(library, f"umockdev_{name}")
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)


class Bus:
    def __init__(self):
        self.lib = Library()
        self.bed = self.lib.testbed_new()
        self.ioctls = self.lib.ioctl_base_new()
        self.handler = HANDLER(self.on_ioctl)  # kept, as it is called from another thread
        self.resets = []
        self.gobject = ctypes.CDLL(ctypes.util.find_library("gobject-2.0"))
        self.gobject.g_signal_connect_data.argtypes = [POINTER, ctypes.c_char_p, HANDLER, POINTER, POINTER,
                                                       ctypes.c_int]
        self.gobject.g_object_unref.argtypes = [POINTER]
        self.gobject.g_signal_connect_data(self.ioctls, b"handle-ioctl", self.handler, None, None, 0)

    def on_ioctl(self, _base, client, _userdata):
        """What a tty's driver is asked and a pty does not know, and the reset of a device."""
        lib, request = self.lib, self.lib.ioctl_client_get_request(client)
        if request == TIOCMGET:
            lines = ctypes.c_int(LINES_ON)
            data = lib.ioctl_data_resolve(lib.ioctl_client_get_arg(client), 0, 4, None)
            lib.ioctl_data_update(data, 0, ctypes.addressof(lines), 4)
            lib.ioctl_data_unref(data)
        elif request == USBDEVFS_RESET:
            self.resets.append(lib.ioctl_client_get_devnode(client).decode())
        elif request not in TAKEN:
            return 0
        lib.ioctl_client_complete(client, 0, 0)
        return 1

    def root(self):
        return self.lib.testbed_get_root_dir(self.bed).decode()

    def add(self, text, node, target):
        """A device, whose node leads to `target` if there is one: at once, as the daemon has heard of it."""
        assert self.lib.testbed_add_from_string(self.bed, text.encode(), None), text
        if target:
            os.unlink(self.root() + node)
            os.symlink(target, self.root() + node)
        if node:
            assert self.lib.testbed_attach_ioctl(self.bed, node.encode(), self.ioctls, None), node

    def remove(self, path):
        self.lib.testbed_uevent(self.bed, path.encode(), b"remove")
        self.lib.testbed_remove_device(self.bed, path.encode())

    def close(self):
        self.gobject.g_object_unref(self.ioctls)
        self.gobject.g_object_unref(self.bed)


def main():
    bus = Bus()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        answer = bus.resets if name == "resets" else getattr(bus, name)(*arguments)
        print(json.dumps(answer), flush=True)
    bus.close()


if __name__ == "__main__":
    main()
