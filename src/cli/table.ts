/**
 * Every command with its options and examples, in the order of the help. Light to import: what a command does is
 * loaded when it is called.
 */
import { command, type CommandSpec } from './command.ts';
import { MATRIX_OPTIONS } from './matrix/options.ts';
import { MUTANTS_OPTIONS } from './mutants/options.ts';
import { EXPLAIN_OPTIONS, JSON_OPTIONS, REPLAY_OPTIONS, SHELLS, SHRINK_OPTIONS } from './options.ts';
import { EXPLORE_OPTIONS } from './explore/options.ts';
import { RUN_OPTIONS } from './run/options.ts';
import { MUTANTS } from '../stack/mutants.ts';

export const COMMANDS: readonly CommandSpec[] = [
  command({
    name: 'run',
    summary: 'fuzz the stack, lose power, judge what survived (the default command)',
    options: RUN_OPTIONS,
    examples: [
      'blkfuzz --mode tag --seed 1',
      'blkfuzz --mode all --time 10m --expect corpus/expected.json',
      'blkfuzz --mode drain,tag --disk cache=writeback,fua=yes --keep-going --json',
      'blkfuzz --workload corpus/streams/ext4-rename.log.gz --seed 1',
    ],
    run: async (_, options, terminal) => (await import('./run/command.ts')).run(options, terminal),
  }),
  command({
    name: 'replay',
    summary: 'run cases again and compare with what they expect',
    operands: '<case...>',
    operandHelp: 'case files; - for stdin',
    operandValues: 'file',
    options: REPLAY_OPTIONS,
    examples: ['blkfuzz replay corpus/litmus/*.case.json', 'blkfuzz replay lost.case.json --image lost.img'],
    run: async (paths, options, terminal) => (await import('./replay.ts')).replay(paths, options, terminal),
  }),
  command({
    name: 'explain',
    summary: 'tell a failure in words and as a picture of time against layers, and what would mend it',
    operands: '<case>',
    operandHelp: 'a case file; - for stdin',
    operandValues: 'file',
    options: EXPLAIN_OPTIONS,
    examples: ['blkfuzz explain lost.case.json', 'blkfuzz explain lost.case.json --states 200000'],
    run: async ([path], options, terminal) => (await import('./explain.ts')).explain(path, options, terminal),
  }),
  command({
    name: 'shrink',
    summary: 'make a failing case smaller',
    operands: '<case>',
    operandHelp: 'a case file; - for stdin, which wants -o',
    operandValues: 'file',
    options: SHRINK_OPTIONS,
    examples: [
      'blkfuzz shrink lost.case.json',
      'blkfuzz shrink lost.case.json --guarantee integrity -o small.case.json',
    ],
    run: async ([path], options, terminal) => (await import('./shrink.ts')).shrink(path, options, terminal),
  }),
  command({
    name: 'explore',
    summary: 'walk every schedule of small workloads and decide every image',
    operands: '[case...]',
    operandHelp: 'cases whose stack and operations are explored, or folders of them; - for stdin',
    operandValues: 'file',
    options: EXPLORE_OPTIONS,
    examples: [
      'blkfuzz explore corpus/litmus/tag-fsync-lost.case.json',
      'blkfuzz explore corpus/litmus --json',
      'blkfuzz explore --ops 2 --mode drain-flush',
      'blkfuzz explore --ops 3 --threads 1 --mode tag,drain --keep-going --only flush-durability',
    ],
    run: async (paths, options, terminal) => (await import('./explore/command.ts')).explore(paths, options, terminal),
  }),
  command({
    name: 'matrix',
    summary: 'tabulate which guarantee holds: mode × disk × backend × scope',
    options: MATRIX_OPTIONS,
    examples: [
      'blkfuzz matrix',
      'blkfuzz matrix --backend blkback --mode drain,tag --disk write-back --crash power,host',
      'blkfuzz matrix --html matrix.html',
      'blkfuzz matrix --case corpus/litmus/tag-fsync-lost.case.json --backend blkback',
    ],
    run: async (_, options, terminal) => (await import('./matrix/command.ts')).matrix(options, terminal),
  }),
  command({
    name: 'mutants',
    summary: 'list the planted bugs, or hunt them to measure the fuzzer itself',
    operands: '[id...]',
    operandHelp: 'ids such as B01 (default: all)',
    operandValues: MUTANTS,
    options: MUTANTS_OPTIONS,
    examples: ['blkfuzz mutants', 'blkfuzz mutants B01 G12 --json', 'blkfuzz mutants --kill --seed 1 --keep mutants'],
    run: async (ids, options, terminal) => (await import('./mutants/command.ts')).mutants(ids, options, terminal),
  }),
  command({
    name: 'judge',
    summary: 'judge blkfuzz.history/1 documents, one a line, from whatever program wrote them',
    operands: '<file...>',
    operandHelp: 'files; - for stdin',
    operandValues: 'file',
    options: JSON_OPTIONS,
    examples: ['blkfuzz judge histories.ndjson --json', 'blkfuzz --emit-histories 100 --seed 1 | blkfuzz judge -'],
    run: async (paths, options, terminal) => (await import('./judge.ts')).judge(paths, options, terminal),
  }),
  command({
    name: 'corpus list',
    summary: 'list cases',
    operands: '[folder...]',
    operandHelp: 'folders or case files (default: corpus/litmus and corpus/regress)',
    operandValues: 'folder',
    options: JSON_OPTIONS,
    examples: ['blkfuzz corpus list', 'blkfuzz corpus list corpus/found --json'],
    run: async (paths, options, terminal) => (await import('./corpus.ts')).listCorpus(paths, options, terminal),
  }),
  command({
    name: 'corpus verify',
    summary: 'replay cases; every one has to come out as it says',
    operands: '[folder...]',
    operandHelp: 'folders or case files (default: corpus/litmus and corpus/regress)',
    operandValues: 'folder',
    options: JSON_OPTIONS,
    examples: ['blkfuzz corpus verify', 'blkfuzz corpus verify corpus/litmus --json'],
    run: async (paths, options, terminal) => (await import('./corpus.ts')).verifyCorpus(paths, options, terminal),
  }),
  command({
    name: 'modes',
    summary: 'list modes, backends, frontends, settings, and what makes no sense together',
    options: JSON_OPTIONS,
    examples: ['blkfuzz modes', 'blkfuzz modes --json'],
    run: async (_, options, terminal) => (await import('./modes.ts')).modes(options, terminal),
  }),
  command({
    name: 'completion',
    summary: 'print a completion script for a shell',
    operands: '<shell>',
    operandHelp: SHELLS.join(', '),
    operandValues: SHELLS,
    options: {},
    examples: ['source <(blkfuzz completion bash)', 'blkfuzz completion fish | source'],
    run: async ([shell], _, terminal) => (await import('./completion.ts')).completion(shell, COMMANDS, terminal),
  }),
];
