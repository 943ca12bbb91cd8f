#!/usr/bin/env python3
"""Packs IANA time zones for celgate: offsets only (CEL asks for nothing else).

    python3 timezones.py /usr/share/zoneinfo $(go env GOROOT)/lib/time/zoneinfo.zip > timezones.bin

The folder comes first, as it does for Go: Debian's, which the API server's image has too (in it EST is no link to Panama).
Zones that only the archive has are added.

Numbers are LEB128, signed ones zigzag, where no width is given (little endian).
  offsets:  count (u16), then each in seconds (i32)
  rules:    count, then each: standard and daylight offset (indices), start and end (month, week, weekday, time in minutes, signed)
  zones:    count (u16), where each begins, counted from the end of this list (u32), and where the last
            ends (u32), then each: first offset (index),
            rule + 1 or 0, number of transitions, then per transition the offset (index) and the time since the last: in
            quarters of an hour, doubled; or in seconds, doubled plus one
  names:    number of blocks (u16), where each begins, counted from the end of this list (u16), then all names, ascending:
            octets shared with the name before (none at the beginning of a block), length of the rest, the rest, zone (index)
"""
import os, re, struct, sys, zipfile

def tzif(data):
    assert data[:4] == b'TZif'
    def header(at):
        return struct.unpack('>6l', data[at + 20:at + 44])
    isutc, isstd, leap, times, types, chars = header(0)
    at = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isutc
    if data[4:5] < b'2': raise SystemExit('version 1')
    isutc, isstd, leap, times, types, chars = header(at)
    at += 44
    when = struct.unpack('>%dq' % times, data[at:at + 8 * times]); at += 8 * times
    idx = list(data[at:at + times]); at += times
    kinds = [struct.unpack('>lbb', data[at + 6 * i:at + 6 * i + 6]) for i in range(types)]
    at += 6 * types + chars + leap * 12 + isstd + isutc
    footer = data[at:].decode().strip('\n')
    # time.lookupFirstZone
    first = 0
    if 0 in idx:
        found = None
        if times and kinds[idx[0]][1]:
            for i in range(idx[0] - 1, -1, -1):
                if not kinds[i][1]:
                    found = i
                    break
        if found is None:
            found = next((i for i, k in enumerate(kinds) if not k[1]), 0)
        first = found
    return when, idx, kinds, footer, first

def offset_of(text):
    sign = -1 if text[0] == '-' else 1
    parts = [int(p) for p in text.lstrip('+-').split(':')] + [0, 0]
    return sign * (parts[0] * 3600 + parts[1] * 60 + parts[2])

def rule_of(footer):
    if not footer: return None
    name = r'(?:[A-Za-z]{3,}|<[^>]+>)'
    m = re.fullmatch(name + r'([+-]?[\d:]+)(?:' + name + r'([+-]?[\d:]+)?,M(\d+)\.(\d)\.(\d)(?:/([+-]?[\d:]+))?,M(\d+)\.(\d)\.(\d)(?:/([+-]?[\d:]+))?)?', footer)
    if not m: raise SystemExit(footer)
    std = -offset_of(m[1])
    if not m[3]: return (std, std, ())
    dst = -offset_of(m[2]) if m[2] else std + 3600
    def edge(i):
        t = offset_of(m[i + 3]) if m[i + 3] else 7200
        assert t % 60 == 0
        return (int(m[i]), int(m[i + 1]), int(m[i + 2]), t // 60)
    return (std, dst, edge(3) + edge(7))

def days_before(year):
    past = year - 1
    return past * 365 + past // 4 - past // 100 + past // 400 - 719162

def offset_at(rule, seconds):
    """time.tzset"""
    std, dst, edges = rule
    days = seconds // 86400
    year = 1970 + days // 366
    while days_before(year + 1) <= days: year += 1
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    months = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]
    def edge(month, week, weekday, minutes, off):
        before = lambda m: months[m - 1] + (leap and m > 2)
        first = (days_before(year) + before(month) + 4) % 7
        date = (weekday - first) % 7
        for _ in range(1, week):
            if date + 7 >= before(month + 1) - before(month): break
            date += 7
        return (before(month) + date) * 86400 + minutes * 60 - off
    start, end = edge(*edges[:4], std), edge(*edges[4:], dst)
    now = seconds - days_before(year) * 86400
    summer = start <= now < end if start <= end else now < end or now >= start
    return dst if summer else std

out = bytearray()
def num(n):
    while True:
        if n < 128: out.append(n); return
        out.append(n & 127 | 128); n >>= 7
def signed(n): num(n << 1 if n >= 0 else (~n << 1) | 1)

offsets, rules, zones, names = {}, {}, {}, {}
def index(table, key): return table.setdefault(key, len(table))

def files():
    seen = set()
    for top, _, names in os.walk(sys.argv[1]):
        for name in names:
            path = os.path.relpath(os.path.join(top, name), sys.argv[1])
            if path.split('/')[0] in ('posix', 'right') or path in ('localtime', 'posixrules', 'Factory'): continue
            data = open(os.path.join(top, name), 'rb').read()
            if data[:4] == b'TZif':
                seen.add(path)
                yield path, data
    archive = zipfile.ZipFile(sys.argv[2])
    for path in archive.namelist():
        if not path.endswith('/') and path not in seen: yield path, archive.read(path)

for info, data in sorted(files()):
    when, idx, kinds, footer, first = tzif(data)
    rule = rule_of(footer)
    now = kinds[first][0]
    body = [index(offsets, now)]
    moves = []
    for w, i in zip(when, idx):
        off = kinds[i][0]
        if off == now: continue
        moves.append((w, index(offsets, off)))
        now = off
    if rule:
        # A rule speaks after the last transition of the file only.
        last = when[-1] if when else None
        r = (index(offsets, rule[0]), index(offsets, rule[1]), rule[2])
        if not rule[2]:
            assert now == rule[0], info
            rule = None
        else:
            if not moves or moves[-1][0] != last: moves.append((last, index(offsets, now)))
            # What the rule says anyway need not be listed.
            known = {i: o for o, i in offsets.items()}
            def agrees(a, b):
                (t, o), (u, p) = a, b
                steps = [t + i * 86400 * 10 for i in range((u - t) // (86400 * 10) + 1)] + [u - 1]
                return offset_at(rule, u) == known[p] and all(offset_at(rule, w) == known[o] for w in steps)
            while len(moves) > 1 and moves[-1][0] - moves[-2][0] < 400 * 86400 and agrees(moves[-2], moves[-1]): moves.pop()
    body.append(index(rules, r) + 1 if rule else 0)
    zones_key = (tuple(body), tuple(moves))
    names[info] = index(zones, zones_key)

out += struct.pack('<H', len(offsets))
for o in offsets: out += struct.pack('<i', o)
num(len(rules))
for s, d, edges in rules:
    num(s); num(d)
    for e in range(2):
        mo, w, wd, t = edges[4 * e:4 * e + 4]
        num(mo); num(w); num(wd); signed(t)
total = 0
whole, out, starts = out, bytearray(), []
for (first, rule), moves in zones:
    starts.append(len(out))
    num(first); num(rule); num(len(moves))
    last = -(1 << 33)
    total += len(moves)
    for w, o in moves:
        num(o)
        d = w - last
        assert d > 0
        if d % 900 == 0: num(d // 900 << 1)
        else: num(d << 1 | 1)
        last = w
out, body = whole, out
out += struct.pack('<H', len(starts))
for s in starts: out += struct.pack('<I', s)
# Where the names begin is where the last zone ends.
out += struct.pack('<I', len(body)) + body
whole, out, starts = out, bytearray(), []
prev = ''
for at, name in enumerate(sorted(names)):
    k = 0
    if at % 16 == 0: starts.append(len(out))
    else:
        while k < min(len(prev), len(name)) and prev[k] == name[k]: k += 1
    num(k); num(len(name) - k); out += name[k:].encode(); num(names[name])
    prev = name
out, body = whole, out
out += struct.pack('<H', len(starts))
for s in starts: out += struct.pack('<H', s)
out += body
sys.stdout.buffer.write(bytes(out))
print(len(offsets), len(rules), len(zones), len(names), total, len(out), file=sys.stderr)
