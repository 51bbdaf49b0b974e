// node.js FOLDER READER: reads one JSON string per line and answers with the pairs the reader makes of it.
// For `execute` the answer is whether version 1000 of dotenv-expand would have run a command; none is run.
'use strict'
const [, , folder, reader] = process.argv
const children = require('child_process')
let executed = false
for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
  children[name] = () => {
    executed = true
    throw new Error('not here')
  }
}
const load = (name) => require(`${folder}/node_modules/${name}`)
const parse = load('dotenv').parse
const readers = {
  node: parse,
  'node-expand': (text) => load('dotenv-expand').expand({ parsed: parse(text), processEnv: {} }).parsed,
  'node-native': (text) => require('util').parseEnv(text),
  execute: (text) => {
    executed = false
    try {
      load('dotenv-expand-1000').expand({ parsed: parse(text), processEnv: {} })
    } catch {}
    return { executed: String(executed) }
  },
}
const input = require('fs').readFileSync(0, 'utf8')
const answers = input.split('\n').filter(Boolean).map((line) => {
  try {
    return JSON.stringify(readers[reader](JSON.parse(line)))
  } catch {
    return 'null'
  }
})
require('fs').writeFileSync(1, answers.join('\n') + '\n')
