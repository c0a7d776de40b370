import { testColumn } from './table.ts';

testColumn('cache writeback with FUA', { cache: 'writeback', fua: true });
