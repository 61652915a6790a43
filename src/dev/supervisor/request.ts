import type { NativePackage } from '../native-package.js';

/** What a supervisor is started for; it travels as one JSON argument. */
export interface SupervisorRequest {
  /** Real path of the folder that holds the cluster. */
  readonly folder: string;
  /** Our cache folder, already known to be within the server account's reach. */
  readonly cache: string;
  /** Where the binaries are. */
  readonly native: NativePackage;
  /** The claim to try for. */
  readonly generation: number;
  /** Delete the folder at the end. */
  readonly ephemeral: boolean;
  /** PostgreSQL settings, on top of ours. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What a supervisor tells everyone who holds its server, a line of JSON each. */
export type Announcement =
  | { readonly state: 'starting' }
  | { readonly state: 'ready'; readonly url: string; readonly version: string }
  | { readonly state: 'failed'; readonly message: string };
