// The part of ECharts that the charts use, in a file of its own, so that it is fetched when the first chart is drawn.
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { AriaComponent, GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([CustomChart, LineChart, ScatterChart, AriaComponent, GridComponent, SVGRenderer])

export { init }
