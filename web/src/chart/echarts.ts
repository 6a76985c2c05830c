// The parts of Apache ECharts that the page uses, and no others.
import { CustomChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([CanvasRenderer, LineChart, CustomChart, GridComponent]);

export type { ECharts };

/** A drawing's option; ECharts checks it at run time. */
export type Option = Record<string, unknown>;

/** A shape of a custom layer, in pixels of the canvas. */
export type Shape = Record<string, unknown>;

/** chartOn starts a chart in an element that has a size. */
export function chartOn(element: HTMLElement): ECharts {
  return init(element, null, { renderer: "canvas" });
}

/**
 * layer is a series that draws ready shapes. Unclipped layers may draw outside the plot, as the
 * marks of annotations do. yAxis only binds it to the grid.
 */
export function layer(id: string, shapes: Shape[], z: number, clip = true): Option {
  return {
    type: "custom", id, z, clip, silent: true, animation: false,
    data: [[0, 0]],
    renderItem: () => ({ type: "group", silent: true, children: shapes }),
  };
}
