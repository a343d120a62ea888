"""URLs that lead inwards, in the forms that filters are known to have let through."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

# This host, private, shared, loopback, metadata (several clouds), benchmarks, examples, multicast,
# reserved, broadcast.
INNER_IPV4 = [
    IPv4Address(text)
    for text in (
        "0.0.0.0",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.0.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.251",
        "240.0.0.1",
        "255.255.255.255",
    )
]
INNER_IPV6 = [
    "::",
    "::1",
    "0:0:0:0:0:0:0:1",
    "0000:0000:0000:0000:0000:0000:0000:0001",
    "::0001",
    "100::1",
    "64:ff9b:1::a00:1",
    "2001::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "3ffe::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd12:3456:789a::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff05::1:3",
    "2a00:1450::200:5efe:7f00:1",
]
INNER_NAMES = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost.localdomain",
    "api.localhost",
    "printer.local",
    "db.internal",
    "metadata.google.internal",
    "instance-data",
    "wiki.corp",
    "router.lan",
    "nas.home",
    "nas.home.arpa",
    "intranet",
    "git.intranet",
    "kubernetes.default.svc.cluster.local",
]
# Written as a browser, a shell or another library would read them, or as nobody should.
CRAFTED = [
    "",
    " ",
    "/",
    "//127.0.0.1/",
    "127.0.0.1",
    "example.com/hook",
    "https:",
    "https:/example.com/",
    "https:///example.com/",
    "https://",
    "https:///",
    "https://?",
    "https://:443/",
    "https://.",
    "https://..",
    "https://example..com/",
    "https://.example.com/",
    "https://example.com./",
    "https://-example.com/",
    "https://example-.com/",
    f"https://{'a' * 64}.example/",
    f"https://{'a.' * 130}example/",
    f"https://example.com/{'a' * 2_048}",
    # Schemes.
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:25/_HELO",
    "dict://127.0.0.1:11211/stat",
    "ws://example.com/",
    "javascript:alert(1)",
    "data:text/plain,x",
    "httpss://example.com/",
    "https\t://example.com/",
    "blob:https://example.com/x",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    # User names, and hosts that are none.
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com:443@127.0.0.1/",
    "https://@example.com/",
    "https://127.0.0.1%40example.com/",
    "https://example.com%2f@127.0.0.1/",
    "https://127.0.0.1\\@example.com/",
    "https://example.com\\.evil.example/",
    "https:\\\\example.com\\",
    "https://example.com\\@127.0.0.1/",
    "https://127.0.0.1#@example.com/",
    "https://example.com#@127.0.0.1/",
    "https://example.com/#fragment",
    # Characters that some readers drop, fold or decode.
    "https://127.0.0.1\t/",
    "https://exam\tple.com/",
    "https://exam\nple.com/",
    "https://example.com/\r\nHost: 127.0.0.1",
    "https://example.com/%0d%0aHost:%20x\r\n",
    " https://example.com/",
    "https://example.com/ ",
    "https://example.com /",
    "https://example.com\x00.evil.example/",
    "https://example.com/\x00",
    "https://%31%32%37.0.0.1/",
    "https://127%2e0%2e0%2e1/",
    "https://local%68ost/",
    "https://example.com/%",
    "https://example.com/%zz",
    "https://example.com/<script>",
    'https://example.com/"',
    "https://example.com/{x}",
    "https://127。0。0。1/",
    "https://127．0．0．1/",
    "https://127｡0｡0｡1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://１２７.０.０.１/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "https://loc\u00adalhost/",
    "https://localhost\u200b/",
    "https://bücher.example/",
    "https://exa\u212aple.com/",
    "https://ſecret.internal/",
    "https://example.com/ü",
    "https://\ud800.example/",
    # Numbers that are no address of four plain parts.
    "https://1.1/",
    "https://1.1.1/",
    "https://16843009/",
    "https://01.01.01.01/",
    "https://1.1.1.1.1/",
    "https://1.1.1.256/",
    "https://1.1.1.-1/",
    "https://1.1.1.1./",
    "https://0x1.0x1.0x1.0x1/",
    "https://0x/",
    "https://4294967296/",
    "https://99999999999/",
    "https://1.1.1.0x1/",
    "https://example.1/",
    "https://example.0x7f/",
    "https://1.1.1.٣/",
    # Brackets and zones.
    "https://[]/",
    "https://[/",
    "https://[::1/",
    "https://::1/",
    "https://2606:4700::1111/",
    "https://[1.1.1.1]/",
    "https://[example.com]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[2606:4700::1111%25lo]/",
    "https://[v1.fe80::a]/",
    "https://[[2606:4700::1111]]/",
    "https://[2606:4700::1111]x/",
    "https://[::ffff:0x7f.1]/",
    # Ports that are no ports, or other protocols'.
    "https://example.com:/",
    "https://example.com:0/",
    "https://example.com:-1/",
    "https://example.com:+443/",
    "https://example.com:0443/",
    "https://example.com:443:443/",
    "https://example.com:٤٤٣/",
    "https://example.com:0x1bb/",
    "https://example.com:65536/",
    "https://example.com:99999999999/",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:80/",
    "https://example.com:2375/",
    "https://example.com:3306/",
    "https://example.com:5432/",
    "https://example.com:6379/",
    "https://example.com:9200/",
    "https://example.com:11211/",
    "https://example.com:27017/",
    "http://example.com:443/",
    "http://example.com:25/",
]


def forms_of(address: IPv4Address) -> Iterator[str]:
    """Hosts that one reader or another takes for an IPv4 address, IPv6 in its brackets."""
    number, parts = int(address), address.packed
    yield str(address)
    yield f"{address}."
    yield str(number)
    yield hex(number)
    yield f"0X{number:X}"
    yield f"0{number:o}"
    yield ".".join(f"0{part:o}" for part in parts)
    yield ".".join(f"{part:#x}" for part in parts)
    yield f"{parts[0]}.{number & 0xFFFFFF}"
    yield f"{parts[0]}.{parts[1]}.{number & 0xFFFF}"
    yield f"{parts[0]:#x}.{parts[1]}.0{number & 0xFFFF:o}"
    yield from (f"[{text}]" for text in ipv6_forms_of(address))


def ipv6_forms_of(address: IPv4Address) -> Iterator[str]:
    """IPv6 addresses that carry an IPv4 address to whoever unwraps it."""
    number = int(address)
    yield f"::ffff:{address}"
    yield str(IPv6Address(0xFFFF << 32 | number))
    yield f"0:0:0:0:0:ffff:{address}"
    yield f"::{address}"
    yield f"::ffff:0:{address}"
    yield f"64:ff9b::{address}"
    yield f"64:ff9b:1::{address}"
    yield str(IPv6Address(0x2002 << 112 | number << 80 | 1))
    # Teredo hides the client's address behind its complement.
    yield str(IPv6Address(0x2001 << 112 | 0x01010101 << 64 | number ^ 0xFFFFFFFF))
    yield f"2606:4700::5efe:{address}"


INNER_HOSTS = [
    *(form for address in INNER_IPV4 for form in forms_of(address)),
    *(f"[{text}]" for text in INNER_IPV6),
]
# Zeros ahead mean octal to some readers and nothing to others, who thus end up elsewhere.
PADDED = [".".join(f"{part:03}" for part in address.packed) for address in INNER_IPV4]
HOSTILE_URLS = [
    *dict.fromkeys(f"https://{host}/hook" for host in (*INNER_HOSTS, *PADDED, *INNER_NAMES)),
    *CRAFTED,
]
