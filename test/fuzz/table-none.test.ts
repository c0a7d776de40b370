import { testColumn } from './table.ts';

testColumn('cache none', { cache: 'none' });
