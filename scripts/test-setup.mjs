/** Once before all unit tests. */
import { objectsFolder } from './objects.mjs';

export default function setup() {
  process.env.RINGSIDE_OBJECTS = objectsFolder();
}
