/** How many lines of Linux UKL changes, as its authors have told it. Nothing here is ours. */
export interface PublishedLines {
  what: string;
  lines: string;
  source: string;
}

export const PUBLISHED_LINES: readonly PublishedLines[] = [
  { what: 'v1: 11 lines modified, 20 new ones, outside its stub library', lines: '31', source: 'HotOS 2019' },
  { what: 'v3, depending on its options', lines: '380 to 500', source: 'talk at DevConf.US 2020' },
  { what: 'the base model', lines: 'about 550', source: 'EuroSys 2023' },
  { what: 'all options, in 33 files', lines: '1250', source: 'EuroSys 2023, Table 2' },
];
