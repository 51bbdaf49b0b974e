// Reads one JSON string per line and answers with the pairs godotenv makes of it, or null if it rejects it.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"github.com/joho/godotenv"
)

func main() {
	reader := bufio.NewReader(os.Stdin)
	decoder := json.NewDecoder(reader)
	writer := bufio.NewWriter(os.Stdout)
	defer writer.Flush()
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for {
		var text string
		if decoder.Decode(&text) != nil {
			return
		}
		pairs, err := godotenv.Unmarshal(text)
		if err != nil {
			encoder.Encode(nil)
		} else {
			encoder.Encode(pairs)
		}
	}
}
