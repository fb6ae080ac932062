"""USB sticks that are not there, for an unmodified daemon: umockdev shows it a /sys and a /dev of ours,
udev's events and the calls of a tty's driver, and behind the ports are simulated modems."""
import ctypes
import ctypes.util
import os
import threading

TIOCMGET, TIOCMSET, TIOCMBIS, TIOCMBIC, TIOCEXCL, TIOCNXCL = (
    0x5415, 0x5418, 0x5416, 0x5417, 0x540c, 0x540d)
USBDEVFS_RESET = 0x5514
_LINES_ON = 0x126  # DTR, RTS, CTS
_HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)

_DEVICE = """P: {device}
N: bus/usb/001/{number:03d}
E: DEVNAME=/dev/bus/usb/001/{number:03d}
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
A: idVendor={vid}\\n
A: idProduct={pid}\\n
A: busnum=1\\n
A: devnum={number}\\n
"""
_INTERFACE = """P: {interface}
E: SUBSYSTEM=usb
E: DEVTYPE=usb_interface
A: bInterfaceNumber={index:02x}\\n
A: bInterfaceClass=ff\\n
A: bInterfaceSubClass={subclass}\\n
A: bInterfaceProtocol={protocol}\\n
"""
_PORT = """P: {interface}/{node}/tty/{node}
N: {node}
E: DEVNAME=/dev/{node}
E: SUBSYSTEM=tty
A: dev=188:{minor}\\n
L: device=../../../{node}
"""


def is_there():
    return bool(ctypes.util.find_library("umockdev")) and bool(ctypes.util.find_library("umockdev-preload"))
