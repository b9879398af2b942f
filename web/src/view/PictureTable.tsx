// A picture as a table: the same objects in the order of reading, each with the way to its source.

import type { JSX } from "preact";
import { goTo, placeOf } from "../actions";
import type { View } from "../protocol";
import { objects, pathOf } from "../state/store";

/** The table. */
export function PictureTable({ view, label }: { view: View; label: string }): JSX.Element {
  const listed = objects.value[view];
  if (!listed) return <p class="waiting">There is nothing to list yet.</p>;
  return (
    <div class="table" tabIndex={0} role="region" aria-label={`${label} as a table`}>
      <table>
        <caption>{listed.description}</caption>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Name</th>
            <th scope="col">Says</th>
            <th scope="col">Source</th>
          </tr>
        </thead>
        <tbody>
          {listed.objects.map((row) => (
            <tr key={row.id}>
              <td class="muted">{row.kind}</td>
              <th scope="row">{row.name}</th>
              <td class="says">{row.says}</td>
              <td>
                {row.location && (
                  <button type="button" class="place" aria-label={placeOf(row.location)} onClick={() => row.location && goTo(row.location, true)}>
                    <span class="place-file">{pathOf(row.location.uri)}</span>:{row.location.range.start.line + 1}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
