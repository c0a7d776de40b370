/** Words and calls that have no place in the project, each with what to do instead. */
import { codeOf } from './syntax.ts';
import { lineAt, type TextFile } from './tree.ts';

interface Ban {
  readonly pattern: RegExp;
  readonly where: RegExp;
  /** Whether comments and strings are looked at too. */
  readonly inWords: boolean;
  readonly instead: string;
}

const CORE = /^src\/(base|guest|contract|stack|power|case|fuzz)\//;
const CODE = /^(src|bin)\//;
const TESTS = /^test\/.*\.test\.ts$/;
const EVERYWHERE = /(?:)/;

const BANS: readonly Ban[] = [
  ban(/\bDate\b/g, CORE, 'results depend on no clock; take a time from above if one is shown'),
  ban(/\bperformance\b/g, CORE, 'results depend on no clock; count runs or evaluations'),
  ban(/\b(setTimeout|setInterval|setImmediate)\b/g, CORE, 'the core never waits; effects live in campaign and above'),
  ban(/\bMath\s*\.\s*random\b/g, CODE, 'draw from a fork of base/random.ts'),
  ban(
    /(?<![.\w])process\s*[.[;]|\bglobalThis\b/g,
    CORE,
    'the core sees no environment; take what it needs as an argument',
  ),
  ban(/\bconsole\s*\./g, CORE, 'the core returns values; report/ shows them'),
  ban(
    /\b(localeCompare|toLocale\w*|Intl)\b/g,
    /^src\//,
    'results depend on no locale; compare with < and format by hand',
  ),
  ban(
    /\b(test|it|describe|suite)\s*\.\s*(only|skip|todo|fails|skipIf|runIf)\b/g,
    TESTS,
    'every test runs; mend it or delete it',
  ),
  ban(/\bvi\s*\.\s*(mock|doMock|useFakeTimers)\b/g, TESTS, 'tests run the real modules; pass a value in instead'),
  ban(/\bretry\s*:/g, TESTS, 'a test that fails now and then is a finding: mend what it found'),
  banWords(/\b(TODO|FIXME|XXX|not implemented)\b/gi, CODE, 'finish it, or open an issue'),
  banWords(/(?<![\w.\\])\/(work|tmp|home|root)\//g, EVERYWHERE, 'name no path of a machine; tests use os.tmpdir()'),
  banWords(/\bregistry\.[a-z]|\bnpmjs\.|\byarnpkg\b/g, EVERYWHERE, 'name no registry host; npm knows its own'),
  banWords(/"resolved":/g, /^package-lock\.json$/, 'run npm install with omit-lockfile-registry-resolved=true'),
];

function ban(pattern: RegExp, where: RegExp, instead: string): Ban {
  return { pattern, where, inWords: false, instead };
}

function banWords(pattern: RegExp, where: RegExp, instead: string): Ban {
  return { pattern, where, inWords: true, instead };
}

/** Complaints about banned words, each with its line and the mend. */
export function checkBanned(files: readonly TextFile[]): string[] {
  return files.flatMap((file) =>
    BANS.filter(({ where }) => where.test(file.path)).flatMap(({ pattern, inWords, instead }) => {
      const text = inWords ? file.text : codeOf(file);
      return [...text.matchAll(pattern)].map(
        (match) => `${file.path}:${lineAt(text, match.index)} says ${match[0]}: ${instead}`,
      );
    }),
  );
}
