import { testColumn } from './table.ts';

testColumn('cache writeback without FUA', { cache: 'writeback' });
