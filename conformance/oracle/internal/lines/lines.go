// Package lines is the loop of every command: a JSON case a line in, a JSON answer a line out.
package lines

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// longest is how many bytes a case may have: a large manifest with its policies.
const longest = 64 << 20

// Each hands every case on the standard input to do, with the writer its answer goes to. An input that is not a case
// ends the program: what follows could be answered, but not told apart.
func Each[In any](do func(*In, io.Writer)) {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), longest)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		line := bytes.TrimSpace(in.Bytes())
		if len(line) == 0 {
			continue
		}
		var c In
		if err := json.Unmarshal(line, &c); err != nil {
			fmt.Fprintln(os.Stderr, "input:", err)
			out.Flush()
			os.Exit(2)
		}
		do(&c, out)
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "input:", err)
		out.Flush()
		os.Exit(2)
	}
}

// Answer writes what answer says of every case.
func Answer[In, Out any](answer func(*In) Out) {
	Each(func(c *In, out io.Writer) {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(answer(c)); err != nil {
			panic(err)
		}
	})
}
