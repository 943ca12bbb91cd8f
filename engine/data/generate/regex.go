package main

import (
	"encoding/json"
	"math/rand"
	"os"
	"regexp"
	"strings"
)

var atoms = []string{"a", "b", "c", "ab", ".", "^", "$", "\\b", "\\B", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "[a-c]", "[^a]", "[[:alpha:]]", "[[:^digit:]]", "\\pL", "\\p{Greek}", "\\PN", "\\p{^Lu}", "\\A", "\\z", "\\Z", "\\n", "\\x41", "\\x{e9}", "\\101", "\\1", "\\q", "\\_", "é", "K", "ſ", "\\Qa.b\\E", "\\Q", "\\pN", "\\p{Foo}", "\\p{", "[", "]", "[]a]", "[a-", "[z-a]", "[\\d-z]", "[a\\]", "[[:foo:]]", "{", "}", "{2", "a{2}", "a{,2}", "\\C", "\\", "\\x", "\\x{", "\\x{110000}", "0", "-", " ", "A", "k", "s", "\\p{Letter}", "\\p{lu}", "\\p{Any}", "\\p{LC}", "[\\pL\\d_]", "[^\\pL]", "\\/", "\\-", "_", "\\p{L_u}", "\\pé"}
var reps = []string{"*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,3}", "{2,}", "{0}", "{0,}", "{1}", "{2,1}", "{1001}", "{1000}", "{500}", "{3}?", "{0,1}", "**", "{99999999999}", "{01}", "{1,x}"}
var opens = []string{"(", "(?:", "(?i)", "(?i:", "(?s)", "(?m)", "(?U)", "(?P<n>", "(?<m>", "(?P<n", "(?P<>", "(?<a-b>", "(?P=n)", "(?=", "(?!", "(?i-s:", "(?-", "(?-i)", "(?i-)", "(?x)", "(?", "(?mi)(", "(?U:"}

func gen(r *rand.Rand, d int) string {
	var b strings.Builder
	for n := r.Intn(4) + 1; n > 0; n-- {
		switch k := r.Intn(20); {
		case k < 12 || d == 0:
			if r.Intn(3) > 0 {
				b.WriteString(atoms[r.Intn(22)])
			} else {
				b.WriteString(atoms[r.Intn(len(atoms))])
			}
		case k < 16:
			if r.Intn(3) > 0 {
				b.WriteString(opens[r.Intn(2)] + gen(r, d-1) + ")")
			} else {
				b.WriteString(opens[r.Intn(len(opens))] + gen(r, d-1))
				if r.Intn(4) > 0 {
					b.WriteString(")")
				}
			}
		case k < 18:
			b.WriteString(gen(r, d-1) + "|" + gen(r, d-1))
		case k < 19:
			b.WriteString("|")
		default:
			b.WriteString([]string{")", "|", "("}[r.Intn(3)])
		}
		if r.Intn(3) == 0 {
			if r.Intn(3) > 0 {
				b.WriteString(reps[r.Intn(10)])
			} else {
				b.WriteString(reps[r.Intn(len(reps))])
			}
		}
	}
	return b.String()
}

func main() {
	r := rand.New(rand.NewSource(7))
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	alpha := []rune("aabbccABk Ks\n01_.éαſK-xyz")
	for i := 0; i < 60000; i++ {
		p := gen(r, 3)
		re, err := regexp.Compile(p)
		if err != nil {
			if i%3 == 0 {
				enc.Encode(map[string]any{"p": p, "e": err.Error()})
			}
			continue
		}
		for k := 0; k < 3; k++ {
			var t []rune
			for n := r.Intn(12); n > 0; n-- {
				t = append(t, alpha[r.Intn(len(alpha))])
			}
			s := string(t)
			a := re.FindAllStringIndex(s, -1)
			if a == nil {
				a = [][]int{}
			}
			enc.Encode(map[string]any{"p": p, "t": s, "a": a})
		}
	}
}
