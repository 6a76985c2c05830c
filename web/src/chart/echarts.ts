// Only the parts of Apache ECharts that the page uses, to keep the script small.
import { CustomChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([CanvasRenderer, LineChart, CustomChart, GridComponent]);

export type { ECharts };

/** Option is an ECharts option, which says what to draw. ECharts checks it at run time. */
export type Option = Record<string, unknown>;

/** Shape is a shape of a layer, in pixels of the canvas. */
export type Shape = Record<string, unknown>;

/** chartOn starts an ECharts chart in an element that has a size. The canvas has sharpness pixels for each of the layout. */
export function chartOn(element: HTMLElement, sharpness: number): ECharts {
  return init(element, null, { renderer: "canvas", devicePixelRatio: sharpness });
}

/** layer returns a series that draws shapes. With clip false they may be outside the plot, as the marks of annotations are. */
export function layer(id: string, shapes: Shape[], z: number, clip = true): Option {
  return {
    type: "custom", id, z, clip, silent: true, animation: false,
    data: [[0, 0]],
    renderItem: () => ({ type: "group", silent: true, children: shapes }),
  };
}
