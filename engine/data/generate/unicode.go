// Prints, as one binary file, what regular expressions need to know of Unicode, from Go's unicode package:
// general categories, scripts and simple case folding. go run unicode.go > unicode.bin
package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"sort"
	"strings"
	"unicode"
)

func main() {
	var out bytes.Buffer
	num := func(n int) { out.Write(binary.AppendUvarint(nil, uint64(n))) }
	text := func(s string) { num(len(s)); out.WriteString(s) }
	// Categories: names, then the whole code space as runs (length, index of the category).
	var names []string
	for name := range unicode.Categories {
		if len(name) == 2 && name != "LC" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	text(strings.Join(names, " "))
	category := func(r rune) int {
		for i, name := range names {
			if unicode.Is(unicode.Categories[name], r) {
				return i
			}
		}
		panic("no category")
	}
	var runs [][2]int
	for r := rune(0); r <= unicode.MaxRune; r++ {
		c := category(r)
		if n := len(runs); n > 0 && runs[n-1][1] == c {
			runs[n-1][0]++
		} else {
			runs = append(runs, [2]int{1, c})
		}
	}
	num(len(runs))
	for _, run := range runs {
		// One byte for most: category below 32 in the low bits, short lengths above.
		if run[0] < 8 {
			num(run[0]<<5 | run[1])
		} else {
			num(run[1])
			num(run[0])
		}
	}
	// Aliases of categories.
	var aliases []string
	for name, actual := range unicode.CategoryAliases {
		aliases = append(aliases, canonical(name)+"="+actual)
	}
	sort.Strings(aliases)
	text(strings.Join(aliases, " "))
	// Scripts: names, then runs (gap since the previous run's end, length, index).
	var scripts []string
	for name := range unicode.Scripts {
		scripts = append(scripts, name)
	}
	sort.Strings(scripts)
	text(strings.Join(scripts, " "))
	type run struct{ lo, hi, script int }
	var all []run
	script := map[rune]int{}
	for i, name := range scripts {
		for r := rune(0); r <= unicode.MaxRune; r++ {
			if unicode.Is(unicode.Scripts[name], r) {
				if _, dup := script[r]; dup {
					panic("two scripts")
				}
				script[r] = i
			}
		}
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		i, ok := script[r]
		if !ok {
			continue
		}
		if n := len(all); n > 0 && all[n-1].hi == int(r)-1 && all[n-1].script == i {
			all[n-1].hi++
		} else {
			all = append(all, run{int(r), int(r), i})
		}
	}
	num(len(all))
	last := 0
	for _, run := range all {
		num(run.lo - last)
		num(run.hi - run.lo)
		num(run.script)
		last = run.hi + 1
	}
	// Folding: runs (gap, count, stride, zigzag delta) of r → SimpleFold(r).
	type fold struct{ first, count, stride, delta int }
	var folds []fold
	for r := rune(0); r <= unicode.MaxRune; r++ {
		f := unicode.SimpleFold(r)
		if f == r {
			continue
		}
		d := int(f - r)
		done := false
		for back := 1; back <= 2 && back <= len(folds); back++ {
			p := &folds[len(folds)-back]
			if p.delta != d {
				continue
			}
			gap := int(r) - (p.first + (p.count-1)*p.stride)
			if p.count == 1 && gap <= 2 || p.count > 1 && gap == p.stride {
				p.stride = gap
				p.count++
				done = true
				break
			}
		}
		if !done {
			folds = append(folds, fold{int(r), 1, 1, d})
		}
	}
	sort.Slice(folds, func(i, j int) bool { return folds[i].first < folds[j].first })
	num(len(folds))
	last = 0
	for _, f := range folds {
		num(f.first - last)
		num(f.count<<1 | (f.stride - 1))
		z := f.delta << 1
		if z < 0 {
			z = ^z
		}
		num(z)
		last = f.first
	}
	os.Stderr.WriteString(unicode.Version + "\n")
	os.Stdout.Write(out.Bytes())
	println(len(runs), len(all), len(folds), out.Len())
}

// canonical is regexp/syntax.canonicalName.
func canonical(name string) string {
	name = strings.NewReplacer("_", "", "-", "", " ", "").Replace(name)
	return strings.ToUpper(name[:1]) + strings.ToLower(name[1:])
}
