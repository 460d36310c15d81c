/**
 * Who asks for a pause means what was asked for before: what runs, and what still waits for its turn. What is asked for afterwards runs.
 */
export class Pauses {
  #asked = 0;
  #since = 0;
  #isTurn = false;

  ask(): void {
    this.#asked++;
  }

  /** What is under way is to end. */
  get wanted(): boolean {
    return this.#asked !== this.#since;
  }

  /** Something begins. By itself it is asked for now; as part of a request, when that arrived. */
  begin(): void {
    if (!this.#isTurn) this.#since = this.#asked;
  }

  /** A request arrives. @returns what to call when its turn comes, and what that returns when it is answered. */
  arrive(): () => () => void {
    const since = this.#asked;
    return () => {
      this.#since = since;
      this.#isTurn = true;
      return () => {
        this.#isTurn = false;
      };
    };
  }
}
