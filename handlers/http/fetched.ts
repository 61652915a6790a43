import { decodeText } from './decode-text.js';

/** What `HttpFetcher.get` brings back: a success, complete and decompressed. */
export class Fetched {
  constructor(
    /** Where the answer came from: after redirects, without credentials and fragment. */
    readonly url: string,
    readonly status: number,
    /** The `Content-Type` header as it came. */
    readonly contentType: string,
    readonly body: Buffer,
  ) {}

  /** The body as text, in the charset that its header or its `<meta>` declares. */
  text(): string {
    return decodeText(this.body, this.contentType);
  }
}
