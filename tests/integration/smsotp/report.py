"""What the network says of a text that was sent: 3GPP TS 23.040 9.2.2.3."""


def report_pdu(reference, number, status=0):
    """In hex, behind no SMSC; `number` with a + or national, `status` the TP-Status."""
    digits = number.lstrip("+")
    even = digits + "F" * (len(digits) % 2)
    swapped = "".join(even[i + 1] + even[i] for i in range(0, len(even), 2))
    kind = "91" if number.startswith("+") else "81"
    times = 2 * "62117251000000"
    return f"0006{reference:02X}{len(digits):02X}{kind}{swapped}{times}{status:02X}"
